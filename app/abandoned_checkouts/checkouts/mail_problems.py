"""Why a mail server did not take a mail: kinds of problems, each with a sentence for logs, events and pages."""

from collections.abc import Mapping
from typing import Literal, get_args

from abandoned_checkouts.checkouts.translatable import _

MailProblemKind = Literal[
    "connection_refused",
    "unknown_name",
    "unreachable",
    "timeout",
    "closed",
    "tls",
    "unsupported",
    "sign_in",
    "sign_in_needed",
    "sender",
    "recipient",
    "busy",
    "later",
    "too_large",
    "refused",
    "not_confirmed",
]
KINDS: tuple[MailProblemKind, ...] = get_args(MailProblemKind)
# %(answer)s is what the server or the system said.
SENTENCES: Mapping[MailProblemKind, str] = {
    "connection_refused": _("the mail server refuses connections: %(answer)s"),
    "unknown_name": _("the name of the mail server is unknown: %(answer)s"),
    "unreachable": _("the mail server cannot be reached: %(answer)s"),
    "timeout": _("the mail server did not answer in time: %(answer)s"),
    "closed": _("the mail server closed the connection: %(answer)s"),
    "tls": _("the connection to the mail server cannot be encrypted: %(answer)s"),
    "unsupported": _("the mail server does not support it: %(answer)s"),
    "sign_in": _("the mail server rejected the user or password: %(answer)s"),
    "sign_in_needed": _("the mail server requires a user and a password: %(answer)s"),
    "sender": _("the mail server rejected the sender: %(answer)s"),
    "recipient": _("the mail server rejected the recipient: %(answer)s"),
    "busy": _("the mail server takes no mails at the moment: %(answer)s"),
    "later": _("the mail server did not take the mail yet: %(answer)s"),
    "too_large": _("the mail is too large for the mail server or the mailbox: %(answer)s"),
    "refused": _("the mail server rejected the mail: %(answer)s"),
    "not_confirmed": _(
        "the mail server did not confirm the mail, so it may have arrived and is not sent again: %(answer)s"
    ),
}
# Answers by which a server says that it takes no mails now (RFC 5321, 3.8), that it needs a sign-in (RFC 4954), and
# that a mail is too large (RFC 5321, 4.2.3; RFC 1870).
CLOSING = 421
_BY_CODE: Mapping[int, MailProblemKind] = {
    CLOSING: "busy",
    530: "sign_in_needed",
    534: "sign_in",
    535: "sign_in",
    538: "sign_in",
    523: "too_large",
    552: "too_large",
}


def kind_of_answer(code: int, command: MailProblemKind | None = None) -> MailProblemKind:
    """The kind of a refusal by its code. `command` is the kind of the command that was refused, if it has one."""
    if code in _BY_CODE:
        return _BY_CODE[code]
    return command or ("later" if 400 <= code < 500 else "refused")


def reason_of(kind: MailProblemKind, answer: str) -> str:
    """The sentence of a problem with the answer of the server."""
    return SENTENCES[kind] % {"answer": answer}
