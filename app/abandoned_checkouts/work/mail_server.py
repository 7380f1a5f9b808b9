"""Sends mails by a mail server, and reports why a mail cannot be sent."""

import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import formatdate, parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from abandoned_checkouts.checkouts.moment import SECOND
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.recovery.mail import Mail

TIMEOUT = 30.0


class _MailPolicy(EmailPolicy):
    """Folds headers at 78 columns, except those whose readers do not unfold or decode them (RFC 2369, 8058)."""

    _WHOLE = frozenset(("list-unsubscribe", "list-unsubscribe-post", "message-id"))

    def fold(self, name: str, value: str) -> str:
        return f"{name}: {value}{self.linesep}" if name.lower() in self._WHOLE else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in self._WHOLE:
            return self.fold(name, value).encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _MailPolicy(linesep="\r\n", cte_type="7bit")
_PORTS = {"smtp": 587, "smtps": 465}


class MailServerError(ValueError):
    """The setting `smtp_url` is invalid. The message has a valid example."""


@dataclass(frozen=True, slots=True)
class MailProblem:
    """Why a mail was not sent. `again` is whether a later attempt may succeed."""

    reason: str
    again: bool


@dataclass(frozen=True, slots=True)
class MailServer:
    """`starttls` is whether to require STARTTLS; None uses it if the server supports it."""

    host: str
    port: int
    user: str | None
    password: str | None
    tls: bool
    starttls: bool | None
    sender: str | None

    @classmethod
    def from_url(cls, url: str, sender: str | None = None) -> "MailServer":
        """smtp://USER:PASSWORD@HOST:587 or smtps://…:465; `?starttls=required` or `never`. Raises MailServerError."""
        parts = urlsplit(url)
        try:
            port = parts.port or _PORTS[parts.scheme]
        except (KeyError, ValueError):
            port = 0
        if not port or not parts.hostname:
            raise MailServerError(
                "smtp_url is invalid; use a URL such as smtp://user:password@mail.example:587 or smtps://…:465"
            )
        starttls = parse_qs(parts.query).get("starttls", ["auto"])[0]
        return cls(
            host=parts.hostname,
            port=port,
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            tls=parts.scheme == "smtps",
            starttls={"required": True, "never": False}.get(starttls),
            sender=sender,
        )

    async def send(self, message: EmailMessage) -> MailProblem | None:
        """Send a mail. Returns None, or the problem; an error of the server raises nothing."""
        try:
            # As bytes: the library would fold a message again, at 78 columns, and encode long headers.
            await aiosmtplib.send(
                message.as_bytes(policy=_POLICY),
                sender=parseaddr(str(message["From"]))[1],
                recipients=[parseaddr(str(message["To"]))[1]],
                hostname=self.host,
                port=self.port,
                username=self.user,
                password=self.password,
                use_tls=self.tls,
                start_tls=False if self.tls else self.starttls,
                timeout=TIMEOUT,
            )
        except aiosmtplib.SMTPRecipientsRefused as refused:
            first = refused.recipients[0] if refused.recipients else None
            code, text = (first.code, first.message) if first is not None else (550, "refused")
            return MailProblem(f"the mail server rejected the recipient: {code} {_one_line(text)}", again=code < 500)
        except aiosmtplib.SMTPAuthenticationError as refused:
            return MailProblem(f"the mail server rejected the user or password: {refused.code}", again=True)
        except aiosmtplib.SMTPResponseException as refused:
            reason = f"the mail server answered {refused.code} {_one_line(refused.message)}"
            return MailProblem(reason, again=refused.code < 500)
        except aiosmtplib.SMTPNotSupported as problem:
            return MailProblem(f"the mail server does not support it: {_one_line(str(problem))}", again=False)
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError) as problem:
            return MailProblem(
                f"the mail server cannot be reached: {_one_line(str(problem)) or 'no answer'}", again=True
            )
        return None


def sender_of(server: MailServer | None, shop: Shop) -> str:
    """The From header: the setting `mail_from`, or the shop's name and e-mail address."""
    name, address = parseaddr(server.sender) if server is not None and server.sender else ("", shop.email)
    local, _, domain = address.rpartition("@")
    return str(Address(_one_line(name or shop.name), local or "shop", domain or shop.domain))


def compose(mail: Mail, *, sender: str, recipient: str, message_id: str, shop: Shop, now: int) -> EmailMessage:
    """The message, with headers by which mail programs offer to unsubscribe (RFC 8058).

    Raises ValueError if the recipient's address is invalid.
    """
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    local, at, domain = recipient.rpartition("@")
    if not at or not recipient.isprintable() or any(character in recipient for character in ' ,;<>()[]"'):
        raise ValueError("the buyer's e-mail address is invalid")
    # Every mail server understands the ASCII form (IDNA) of an international domain name.
    message["To"] = Address("", local, domain if domain.isascii() else domain.encode("idna").decode())
    message["Subject"] = _one_line(mail.subject)
    message["Date"] = formatdate(now / SECOND, usegmt=True)
    message["Message-ID"] = f"<{message_id}@{shop.domain.partition(':')[0]}>"
    message["List-Unsubscribe"] = f"<{mail.unsubscribe_link}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Auto-Submitted"] = "auto-generated"
    # Some mail servers accept only 7-bit text.
    message.set_content(mail.plain, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = mail.locale
    return message


def _one_line(text: str) -> str:
    return " ".join(text.split())
