"""Mail servers from their URLs."""

import pytest

from abandoned_checkouts.work.mail_server import MailServer, MailServerError


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "smtp://mail.example:mail"])
def test_an_invalid_url_is_rejected(url: str) -> None:
    with pytest.raises(MailServerError):
        MailServer.from_url(url)


def test_valid_urls() -> None:
    server = MailServer.from_url("smtps://ada%40x:pass%2Fword@mail.example?starttls=required")
    assert (server.host, server.port, server.user, server.password) == ("mail.example", 465, "ada@x", "pass/word")
    assert server.tls
