"""Handing mails to a mail server, each with a word about what came of it."""

import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from abandoned_checkouts.checkouts.moment import SECOND
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.recovery.mail import Mail

TIMEOUT = 30.0
# An address that is folded would be encoded as words, and no mail program would find it in the header.
_POLICY = SMTP.clone(max_line_length=900)
_PORTS = {"smtp": 587, "smtps": 465}


class MailServerError(ValueError):
    """The setting `smtp_url` cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class MailProblem:
    """Why a mail did not go out. `again` is whether trying later may help."""

    reason: str
    again: bool


@dataclass(frozen=True, slots=True)
class MailServer:
    """`starttls` None takes encryption where the server offers it."""

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
            raise MailServerError("smtp_url must be such as smtp://user:password@mail.example:587 or smtps://…:465")
        wish = parse_qs(parts.query).get("starttls", ["auto"])[0]
        return cls(
            host=parts.hostname,
            port=port,
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            tls=parts.scheme == "smtps",
            starttls={"required": True, "never": False}.get(wish),
            sender=sender,
        )

    async def send(self, message: EmailMessage) -> MailProblem | None:
        """Never raises for what a server does."""
        try:
            await aiosmtplib.send(
                message,
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
            return MailProblem(f"the mail server refused the recipient: {code} {_one_line(text)}", again=code < 500)
        except aiosmtplib.SMTPAuthenticationError as refused:
            return MailProblem(f"the mail server refused the user or password: {refused.code}", again=True)
        except aiosmtplib.SMTPResponseException as refused:
            reason = f"the mail server answered {refused.code} {_one_line(refused.message)}"
            return MailProblem(reason, again=refused.code < 500)
        except aiosmtplib.SMTPNotSupported as problem:
            return MailProblem(f"the mail server cannot take it: {_one_line(str(problem))}", again=False)
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError) as problem:
            return MailProblem(
                f"the mail server cannot be reached: {_one_line(str(problem)) or 'no answer'}", again=True
            )
        return None


def sender_of(server: MailServer | None, shop: Shop) -> str:
    """The From header: the setting `mail_from`, else the shop by its name."""
    name, address = parseaddr(server.sender) if server is not None and server.sender else ("", shop.email)
    local, _, domain = address.rpartition("@")
    return str(Address(_one_line(name or shop.name), local or "shop", domain or shop.domain))


def compose(mail: Mail, *, sender: str, recipient: str, message_id: str, shop: Shop, now: int) -> EmailMessage:
    """A message that mail programs can unsubscribe from by themselves (RFC 8058). Raises ValueError for an address
    that cannot be written to."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    local, at, domain = recipient.rpartition("@")
    if not at or not recipient.isprintable() or any(sign in recipient for sign in ' ,;<>()[]"'):
        raise ValueError("the e-mail address cannot be written to")
    # A name with letters of its own goes by the name that every mail server knows it by.
    message["To"] = Address("", local, domain if domain.isascii() else domain.encode("idna").decode())
    message["Subject"] = _one_line(mail.subject)
    message["Date"] = formatdate(now / SECOND, usegmt=True)
    message["Message-ID"] = f"<{message_id}@{shop.domain.partition(':')[0]}>"
    message["List-Unsubscribe"] = f"<{mail.unsubscribe_link}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Auto-Submitted"] = "auto-generated"
    # Not every server on the way takes 8 bits.
    message.set_content(mail.plain, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = mail.locale
    return message


def _one_line(text: str) -> str:
    return " ".join(text.split())
