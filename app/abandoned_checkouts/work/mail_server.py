"""Sends mails by a mail server, and reports why a mail cannot be sent.

A mail is handed over in the last command (DATA). `hand_over` is called right before it: it records that the mail may be
sent from then on. If the connection breaks after that, nobody knows whether the server has the mail, so it is not sent
again.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from abandoned_checkouts.checkouts.mail_problems import CLOSING, MailProblemKind, kind_of_answer, reason_of
from abandoned_checkouts.work.outgoing_mail import OutgoingMail, one_line

# Seconds for an answer to one command, for all commands before the last, and for the last.
TIMEOUT, PREPARE_SECONDS, DATA_SECONDS = 30.0, 60.0, 120.0
NOT_CONFIRMED = "it is not known whether the mail was sent, so it is not sent again"
_PORTS = {"smtp": 587, "smtps": 465}
# Errors of the system and of the library → kinds.
_ERRORS: tuple[tuple[type[BaseException], MailProblemKind], ...] = (
    (ConnectionRefusedError, "connection_refused"),
    (socket.gaierror, "unknown_name"),
    (ssl.SSLError, "tls"),
    (aiosmtplib.SMTPTimeoutError, "timeout"),
    (TimeoutError, "timeout"),
    (ConnectionResetError, "closed"),
)


class MailServerError(ValueError):
    """The setting `smtp_url` is invalid. The message has a valid example."""


@dataclass(frozen=True, slots=True)
class MailProblem:
    """Why a mail was not sent. `again` is whether a later attempt may succeed; `is_away`, whether the server takes no
    mails at all at the moment. `kind` is the kind of the problem; None if only `reason` describes it."""

    reason: str
    again: bool
    is_away: bool = False
    kind: MailProblemKind | None = field(default=None, compare=False)


HandOver = Callable[[], Awaitable[bool]]


async def handed_over() -> bool:
    """A HandOver that records nothing."""
    return True


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

    async def send(self, mail: OutgoingMail, hand_over: HandOver = handed_over) -> MailProblem | None:
        """Send a mail. Returns None, or the problem; an error of the server raises nothing.

        If `hand_over` returns False, another process has taken the mail over, and it is not sent here.
        """
        client = aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            use_tls=self.tls,
            start_tls=False if self.tls else self.starttls,
            timeout=TIMEOUT,
        )
        problem = await _attempted(self._until_recipient(client, mail), PREPARE_SECONDS)
        if problem is None and not await hand_over():
            problem = MailProblem("another process sends the mail", again=False)
        elif problem is None:
            handing = client.data(mail.content, timeout=DATA_SECONDS)
            problem = await _attempted(handing, DATA_SECONDS, is_last=True)
        _leave(client)
        return problem

    async def _until_recipient(self, client: aiosmtplib.SMTP, mail: OutgoingMail) -> None:
        await client.connect()
        await client.mail(mail.sender)
        await client.rcpt(mail.recipient)


async def _attempted(work: Awaitable[object], seconds: float, *, is_last: bool = False) -> MailProblem | None:
    """The problem of a part of the conversation, or None. Without an answer to the last command, the server may have
    the mail."""
    try:
        async with asyncio.timeout(seconds):
            await work
    except aiosmtplib.SMTPResponseException as refused:
        return _refused(refused, is_last)
    except aiosmtplib.SMTPNotSupported as problem:
        return _problem("unsupported", one_line(str(problem)), again=False)
    except (aiosmtplib.SMTPException, OSError, ssl.SSLError) as problem:
        answer = one_line(str(problem)) or "no answer"
        if is_last:
            return _problem("not_confirmed", answer, again=False)
        return _problem(_kind_of(problem), answer, again=True, is_away=True)
    return None


def _problem(kind: MailProblemKind, answer: str, *, again: bool, is_away: bool = False) -> MailProblem:
    return MailProblem(reason_of(kind, answer), again, is_away, kind)


def _refused(refused: aiosmtplib.SMTPResponseException, is_last: bool) -> MailProblem:
    """The problem of an answer with a code."""
    answer = f"{refused.code} {one_line(refused.message)}"
    if isinstance(refused, aiosmtplib.SMTPAuthenticationError):
        # The message of some servers repeats the user.
        return _problem("sign_in", str(refused.code), again=True, is_away=True)
    if is_last and refused.code < 400:
        return _problem("not_confirmed", answer, again=False)
    command: MailProblemKind | None = None
    if isinstance(refused, aiosmtplib.SMTPRecipientRefused):
        command = "recipient"
    elif isinstance(refused, aiosmtplib.SMTPSenderRefused):
        command = "sender"
    kind = kind_of_answer(refused.code, command)
    return _problem(kind, answer, again=refused.code < 500, is_away=refused.code == CLOSING)


def _kind_of(problem: BaseException) -> MailProblemKind:
    """The kind of a problem with the connection: the error of the system says more than that of the library, which it
    caused."""
    found: BaseException | None = problem
    while found is not None:
        for errors, kind in _ERRORS:
            if isinstance(found, errors):
                return kind
        found = found.__cause__
    if isinstance(problem, aiosmtplib.SMTPServerDisconnected) or "Connection lost" in str(problem):
        return "closed"
    return "tls" if "TLS" in str(problem) else "unreachable"


def _leave(client: aiosmtplib.SMTP) -> None:
    """End the connection without waiting for the answer, so that the result is stored at once."""
    if isinstance(client.transport, asyncio.WriteTransport) and not client.transport.is_closing():
        client.transport.write(b"QUIT\r\n")
    client.close()
