"""Mail servers from their URLs, and the problems that a mail server can have."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiosmtplib import SMTPConnectError, SMTPConnectTimeoutError, SMTPException, SMTPServerDisconnected

from abandoned_checkouts.work.mail_server import MailProblem, MailServer, MailServerError, _attempted
from abandoned_checkouts.work.outgoing_mail import OutgoingMail
from tests.work.mail_server import mail_server

MAIL = OutgoingMail("hello@acme.example", "ada@example.com", b"Subject: Hi\r\n\r\n.dot\r\n")


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "smtp://mail.example:mail"])
def test_an_invalid_url_is_rejected(url: str) -> None:
    with pytest.raises(MailServerError):
        MailServer.from_url(url)


def test_valid_urls() -> None:
    server = MailServer.from_url("smtps://ada%40x:pass%2Fword@mail.example?starttls=required")
    assert (server.host, server.port, server.user, server.password) == ("mail.example", 465, "ada@x", "pass/word")
    assert server.tls


@asynccontextmanager
async def _scripted(*answers: bytes) -> AsyncIterator[MailServer]:
    """A server that sends these answers, one for each line until DATA, then hangs up."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            writer.write(answer + b"\r\n")
            await writer.drain()
            if answer.startswith(b"354"):
                await reader.readuntil(b"\r\n.\r\n")
            else:
                await reader.readline()
        writer.close()

    listening = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with listening:
        yield MailServer.from_url(f"smtp://127.0.0.1:{listening.sockets[0].getsockname()[1]}")


UNTIL_DATA = (b"220 hi", b"250 hello", b"250 sender", b"250 recipient", b"354 go on")


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        (
            (b"421 busy",),
            MailProblem("the mail server takes no mails at the moment: 421 busy", again=True, is_away=True),
        ),
        ((b"554 no",), MailProblem("the mail server rejected the mail: 554 no", again=False)),
        (
            (*UNTIL_DATA[:2], b"550 who"),
            MailProblem("the mail server rejected the sender: 550 who", again=False),
        ),
        (
            (*UNTIL_DATA[:2], b"530 sign in"),
            MailProblem("the mail server requires a user and a password: 530 sign in", again=False),
        ),
        (
            (*UNTIL_DATA[:3], b"550 unknown"),
            MailProblem("the mail server rejected the recipient: 550 unknown", again=False),
        ),
        (
            (*UNTIL_DATA[:3], b"450 later"),
            MailProblem("the mail server rejected the recipient: 450 later", again=True),
        ),
        ((*UNTIL_DATA, b"451 later"), MailProblem("the mail server did not take the mail yet: 451 later", again=True)),
        ((*UNTIL_DATA, b"554 spam"), MailProblem("the mail server rejected the mail: 554 spam", again=False)),
    ],
    ids=["busy", "no service", "sender", "sign-in needed", "recipient", "recipient later", "later", "spam"],
)
async def test_what_a_server_answers(answers: tuple[bytes, ...], problem: MailProblem) -> None:
    async with _scripted(*answers) as server:
        assert await server.send(MAIL) == problem


async def test_a_server_that_cannot_be_reached_is_away() -> None:
    async with _scripted() as server:
        pass
    problem = await server.send(MAIL)
    assert problem is not None and problem.again and problem.is_away and problem.kind == "connection_refused"


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        (SMTPConnectError("Error connecting"), "unreachable"),
        (socket.gaierror(-2, "Name or service not known"), "unknown_name"),
        (ssl.SSLCertVerificationError("self-signed certificate"), "tls"),
        (SMTPException("SMTP STARTTLS extension not supported by server."), "tls"),
        (SMTPConnectTimeoutError("Timed out"), "timeout"),
        (TimeoutError(), "timeout"),
        (SMTPServerDisconnected("Connection lost"), "closed"),
        (ConnectionResetError(104, "Connection reset by peer"), "closed"),
    ],
)
async def test_the_kinds_of_problems_with_a_connection(problem: Exception, kind: str) -> None:
    async def connect() -> None:
        try:
            raise problem
        except OSError as cause:
            # As aiosmtplib does.
            raise SMTPConnectError(f"Error connecting to mail.example on port 25: {cause}") from cause

    found = await _attempted(connect(), 5)
    assert found is not None and (found.kind, found.again, found.is_away) == (kind, True, True)


@pytest.mark.parametrize(
    "answers", [UNTIL_DATA, UNTIL_DATA[:4], (*UNTIL_DATA, b"150 hm")], ids=["354", "no", "strange"]
)
async def test_a_mail_that_is_not_confirmed_is_not_sent_again(answers: tuple[bytes, ...]) -> None:
    """The server may have taken the mail before the connection broke."""
    async with _scripted(*answers) as server:
        problem = await server.send(MAIL)
    assert problem is not None and not problem.again and problem.kind == "not_confirmed"


async def test_a_mail_is_handed_over_after_the_recipient_is_accepted() -> None:
    calls = 0

    async def hand_over() -> bool:
        nonlocal calls
        calls += 1
        return False

    async with mail_server() as box:
        problem = await MailServer.from_url(box.url).send(MAIL, hand_over)
        assert problem is not None and not problem.again and (calls, box.mails) == (1, [])
    async with _scripted(*UNTIL_DATA[:3], b"550 unknown") as server:
        await server.send(MAIL, hand_over)
    assert calls == 1


async def test_the_connection_ends_with_quit() -> None:
    received = asyncio.get_running_loop().create_future()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in (*UNTIL_DATA, b"250 taken"):
            writer.write(answer + b"\r\n")
            await (reader.readuntil(b"\r\n.\r\n") if answer.startswith(b"354") else reader.readline())
            if answer == b"250 taken":
                received.set_result(None)
        writer.close()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        assert await MailServer.from_url(f"smtp://127.0.0.1:{port}").send(MAIL) is None
        # The answer to QUIT is not awaited.
        await asyncio.wait_for(received, 5)
