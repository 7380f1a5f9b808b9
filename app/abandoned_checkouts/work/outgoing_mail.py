"""Mails as they leave: a message with its headers, and its bytes, which a shop's DKIM key signs."""

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import formatdate, parseaddr

from abandoned_checkouts.checkouts.dkim_key import DkimKey
from abandoned_checkouts.checkouts.moment import SECOND
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.recovery.mail import Mail

# How the optional library is installed.
DKIM_LIBRARY = "the mail cannot be signed: install dkimpy (pip install 'abandoned-checkouts[dkim]')"


class UnsignedError(Exception):
    """The mail cannot be signed, so it is not sent. The message has the reason."""


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """The envelope, and the bytes exactly as a mail server receives them."""

    sender: str
    recipient: str
    content: bytes


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


def sender_of(mail_from: str | None, shop: Shop) -> str:
    """The From header: the shop's setting `mail_sender`, else the server's `mail_from`, else the shop's e-mail address;
    without a name in it, the shop's name."""
    chosen = str(shop.settings.get("mail_sender") or "") or mail_from
    name, address = parseaddr(chosen) if chosen else ("", shop.email)
    local, _, domain = address.rpartition("@")
    return str(Address(one_line(name or shop.name), local or "shop", domain or shop.domain))


def compose(mail: Mail, *, sender: str, recipient: str, message_id: str, shop: Shop, now: int) -> EmailMessage:
    """The message, with headers by which mail programs offer to unsubscribe (RFC 8058).

    Raises ValueError if the recipient's address is invalid.
    """
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    local, at, domain = recipient.rpartition("@")
    if not at or not recipient.isprintable() or any(character in recipient for character in ' ,;<>()[]"'):
        raise ValueError("the buyer's e-mail address is invalid")
    if not local.isascii():
        raise ValueError("the buyer's e-mail address has letters before the @ that few mail servers accept")
    # Every mail server understands the ASCII form (IDNA) of an international domain name.
    message["To"] = Address("", local, domain if domain.isascii() else domain.encode("idna").decode())
    message["Subject"] = one_line(mail.subject)
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


def as_sent(message: EmailMessage, key: DkimKey | None) -> OutgoingMail:
    """The message as it leaves. It is signed last, so that nothing changes the signed bytes. Raises UnsignedError."""
    # As bytes: the library that sends would fold a message again, at 78 columns, and encode long headers.
    content = message.as_bytes(policy=_POLICY)
    if key is not None:
        content = _signature(content, [name.lower() for name in message], key) + content
    return OutgoingMail(parseaddr(str(message["From"]))[1], parseaddr(str(message["To"]))[1], content)


def one_line(text: str) -> str:
    return " ".join(text.split())


def _signature(content: bytes, names: list[str], key: DkimKey) -> bytes:
    """The header DKIM-Signature, over the body and all headers: RFC 8058 requires that it covers List-Unsubscribe."""
    try:
        import dkim
    except ImportError:
        raise UnsignedError(DKIM_LIBRARY) from None
    try:
        header: bytes = dkim.sign(
            content,
            selector=key.selector.encode(),
            domain=key.domain.encode(),
            privkey=key.private_key.encode(),
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[name.encode() for name in names],
            linesep=b"\r\n",
        )
    except dkim.DKIMException as problem:
        raise UnsignedError(f"the mail cannot be signed: {problem}") from None
    return header
