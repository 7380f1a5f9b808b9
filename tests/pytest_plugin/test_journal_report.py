"""The journal of a failed test as text."""

from abandoned_checkouts.pytest_plugin.journal_report import MOST, journal_report
from abandoned_checkouts.pytest_plugin.made import JournalEntry

REQUEST = {
    "instant": "2026-12-01T09:00:00.000000Z",
    "method": "POST",
    "path": "/admin/api/2026-10/graphql.json",
    "status": 200,
    "operation": "Lost",
    "requestedCost": 12,
    "actualCost": 10,
    "throttleStatus": {"currentlyAvailable": 1990},
    "errors": ["Field 'nothing' doesn't exist"],
    "warnings": ["colour: Invalid search field for this query."],
    "notes": ["Version 2026-01 ends on 2027-01-01."],
    "fault": "busy",
}


def test_requests_deliveries_and_mails() -> None:
    refused = {**REQUEST, "status": 401, "errors": [], "response": {"body": "no token"}, "operation": None, "fault": ""}
    delivery = {
        "instant": "2026-12-01T09:10:00.000000Z",
        "topic": "checkouts/create",
        "address": "http://127.0.0.1:9/",
        "status": None,
        "outcome": "failed",
        "problem": "connection refused",
    }
    mail = {"instant": "2026-12-01T10:10:00.000000Z", "to": "ada@example.com", "subject": "Your cart"}
    text = journal_report(
        [JournalEntry(REQUEST), JournalEntry(refused)], [JournalEntry(delivery)], [JournalEntry(mail)]
    )
    path = "/admin/api/2026-10/graphql.json"
    assert text.splitlines() == [
        "requests: 2",
        f"  2026-12-01 09:00:00  POST {path} Lost → 200 (cost 10 of 12 requested, 1990 points left)",
        "      error: Field 'nothing' doesn't exist",
        "      warning: colour: Invalid search field for this query.",
        "      note: Version 2026-01 ends on 2027-01-01.",
        "      fault: busy",
        f"  2026-12-01 09:00:00  POST {path} → 401 (cost 10 of 12 requested, 1990 points left)",
        "      warning: colour: Invalid search field for this query.",
        "      note: Version 2026-01 ends on 2027-01-01.",
        "      response: no token",
        "deliveries: 1",
        "  2026-12-01 09:10:00  checkouts/create to http://127.0.0.1:9/ → failed: connection refused",
        "mails: 1",
        "  2026-12-01 10:10:00  to ada@example.com: Your cart",
    ]


def test_long_journals_are_cut() -> None:
    text = journal_report([JournalEntry(REQUEST)] * (MOST + 3), [], [])
    assert text.splitlines()[:2] == [f"requests: {MOST + 3}", "  the first 3 are left out"]
    assert text.count("POST") == MOST
    assert text.endswith("deliveries: none\nmails: none")
