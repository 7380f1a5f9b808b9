"""The card of a receiver: its log compared with the webhooks that were sent."""

from typing import Any

import orjson
import pytest

from abandoned_checkouts.twin.exam.card import Card
from abandoned_checkouts.twin.exam.output import OutputError
from abandoned_checkouts.twin.exam.received import Sent, Step, judged_receiver, read_log, sent_webhooks

NOON = 1_796_126_400


class App:
    def messages(self) -> str:
        return "printed"


def entry(topic: str, outcome: str = "delivered", fault: str | None = None, **body: Any) -> dict[str, Any]:
    content = {"request": {"body": orjson.dumps(body).decode()}, "outcome": outcome, "fault": fault}
    return {**content, "topic": topic}


def card(log: list[Step], sent: Sent, **changes: Any) -> Card:
    details: dict[str, Any] = {"was_reached": True, "ended": None, "job": None, "app": App(), **changes}
    return judged_receiver("webhook-late", log, details.pop("rows", []), sent, **details)


def test_the_newest_webhook_of_each_checkout_counts() -> None:
    sent = sent_webhooks(
        [
            entry("checkouts/create", id=1, updated_at="2026-12-01T12:00:00Z"),
            entry("checkouts/update", "failed", name="#1", updated_at="2026-12-01T12:00:09Z"),
            entry("checkouts/update", name="#1", updated_at="2026-12-01T12:00:04Z"),
            entry("checkouts/create", fault="webhook-lost", id=2, updated_at="2026-12-01T12:00:00Z"),
            entry("checkouts/delete", id=3),
        ],
        lost_by="webhook-lost",
    )
    assert sent.newest == {1: NOON + 9, 2: NOON} and sent.acknowledged == {1: NOON + 4}
    assert (sent.deleted, sent.deletions_acknowledged, sent.lost) == ({3}, {3}, 1)


def test_rows_that_are_stored_once_and_newest_last_pass() -> None:
    sent = Sent({1: NOON}, {1: NOON}, {2})
    found = card([(1, NOON - 5), (2, NOON), (1, NOON), (2, None)], sent)
    assert (found.verdict, found.reasons, found.messages) == ("passed", (), "")
    assert card([(1, NOON)], sent, was_reached=False).verdict == "not reached"


def test_lost_doubled_stale_and_kept_rows_are_counted() -> None:
    sent = Sent({1: NOON, 2: NOON, 3: NOON}, {2: NOON}, {4})
    found = card([(2, NOON - 1), (2, NOON - 1), (3, NOON), (4, NOON)], sent)
    assert (found.lost, found.doubled, found.stale, found.state_advanced_wrongly) == (1, 1, 2, True)
    assert "1 row kept although deleted: 4" in found.reasons and found.messages == "printed"
    # The app may refuse a webhook: it arrives again.
    refused = card([(2, NOON), (3, NOON)], sent)
    assert (refused.lost, refused.state_advanced_wrongly) == (1, False)


def test_rows_of_the_job_count_too() -> None:
    assert card([], Sent({1: NOON}), rows=[(1, NOON)]).verdict == "passed"


def test_an_app_that_ends_fails() -> None:
    assert card([], Sent(), ended=3).reasons == ("the app ended: exit code 3",)


def test_the_log_has_rows_and_deletions() -> None:
    text = (
        '{"id": "gid://shopify/AbandonedCheckout/1", "updatedAt": "2026-12-01T12:00:00Z"}\n\n{"id": 1, "deleted": true}'
    )
    assert read_log(text) == [(1, NOON), (1, None)]
    for line in ("row", '{"deleted": true}', '{"id": 1}'):
        with pytest.raises(OutputError, match="line 1"):
            read_log(line)
