"""What a due mail waits for, and for how long."""

from dataclasses import replace

import pytest

from abandoned_checkouts.automations.decide import Refusal
from abandoned_checkouts.automations.parse_flows import parse_flow
from abandoned_checkouts.automations.postpone import (
    NO_MAIL_SERVER,
    SERVER_CHECK,
    Postponement,
    mail_server_warning,
    quiet_until,
    without_accepted_code,
    without_mail_server,
)
from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.checkouts.moment import DAY, HOUR, MINUTE, parse_moment
from tests.automations.test_decide import SHOP, checkout

START = parse_moment("2026-11-21T12:00:00Z")
MAIL: Json = {"name": "Mail", "only_if": {"newer_than_days": 1}, "steps": [{"wait": "1 hour"}, {"send_email": {}}]}


@pytest.mark.parametrize(
    ("setting", "now", "until"),
    [
        (None, "2026-11-21T23:00:00Z", None),
        ("22:00-08:00", "2026-11-21T12:00:00Z", None),
        ("22:00-08:00", "2026-11-21T23:00:00Z", "2026-11-22T08:00:00Z"),
    ],
)
def test_a_mail_waits_until_quiet_hours_end(setting: str | None, now: str, until: str | None) -> None:
    shop = replace(SHOP, settings={"quiet_hours": setting} if setting else {})
    wait = None if until is None else Postponement(parse_moment(until), "quiet hours 22:00-08:00 (UTC)")
    assert quiet_until(shop, checkout(), parse_moment(now)) == wait


@pytest.mark.parametrize(
    ("age", "waits"), [(HOUR, True), (DAY + HOUR, True), (DAY + HOUR + 1, False), (30 * DAY, False)]
)
def test_a_mail_waits_for_a_mail_server_as_long_as_the_flow_allows(age: int, waits: bool) -> None:
    """The hour that the step itself waits is not counted."""
    flow = parse_flow(MAIL)
    found = without_mail_server(flow, flow.steps[0], checkout(), SHOP, START, START + age)
    if waits:
        assert found == Postponement(START + age + SERVER_CHECK, NO_MAIL_SERVER)
    else:
        assert isinstance(found, Refusal) and "longer than newer_than_days (1)" in found.reason
        assert found.for_good


def test_the_wait_for_a_time_of_day_ends_in_the_zone_of_the_shop() -> None:
    """The mail was due at 9:00 of the next day, so that a day later it is too late; in UTC it would not be."""
    definition = {**MAIL, "steps": [{"wait_until": "09:00"}, {"send_email": {}}]}
    flow, later = parse_flow(definition), parse_moment("2026-11-23T05:00:00Z")
    found = {
        zone: without_mail_server(flow, flow.steps[0], checkout(), replace(SHOP, timezone=zone), START, later)
        for zone in ("UTC", "Asia/Tokyo")
    }
    assert isinstance(found["UTC"], Postponement) and isinstance(found["Asia/Tokyo"], Refusal)


def test_only_flows_with_mails_need_a_mail_server() -> None:
    assert "wait for up to 1 day. Set" in (mail_server_warning(MAIL) or "")
    assert "wait for up to 2 days. Set" in (mail_server_warning({**MAIL, "only_if": {"newer_than_days": 2}}) or "")
    assert mail_server_warning({"name": "Task", "steps": [{"create_task": "Call"}]}) is None


@pytest.mark.parametrize(("asked_for", "pause"), [(0, MINUTE), (5 * MINUTE, 5 * MINUTE), (5 * HOUR, HOUR)])
def test_a_code_that_was_not_accepted_is_asked_for_again(asked_for: int, pause: int) -> None:
    now = START + asked_for
    reason = "the shop's webhook did not accept the discount code: 500"
    assert without_accepted_code(parse_flow(MAIL), START, "500", now) == Postponement(now + pause, reason)
    assert isinstance(without_accepted_code(parse_flow(MAIL), START, "500", START + DAY + 1), Refusal)
