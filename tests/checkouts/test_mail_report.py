"""Reports of mail providers about bounced mails, from values that are not always as documented."""

from typing import Any

import pytest

from abandoned_checkouts.checkouts.mail_report import MailReport, report


@pytest.mark.parametrize("address", [None, 5, "", "ada", ["ada@example.com"]])
def test_a_report_without_an_address_is_none(address: Any) -> None:
    assert report("1", "hard", address, "gone", 5) is None


@pytest.mark.parametrize(
    "address", ["ada@example.com", "Ada <ada@example.com>", "< ada@example.com >", " ada@example.com"]
)
def test_the_address_is_that_of_the_header(address: str) -> None:
    found = report(7, "soft", address, "mailbox\r\n  full", 5, " <id@mail> ")
    assert found == MailReport("7", "soft", "ada@example.com", "mailbox full", 5, "id@mail")


@pytest.mark.parametrize("message_id", [None, "", 5])
def test_a_report_may_have_neither_reason_nor_time_nor_message(message_id: Any) -> None:
    assert report("1", "complaint", "a@b.example", None, None, message_id) == MailReport(
        "1", "complaint", "a@b.example"
    )


def test_long_texts_are_cut_off() -> None:
    found = report("i" * 201, "hard", "a@b.example", "r" * 501, 5, "m" * 201)
    assert found is not None and found.message_id is not None
    assert (len(found.event_id), len(found.reason), len(found.message_id)) == (200, 500, 200)
