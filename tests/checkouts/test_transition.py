"""Every rule of the lifecycle, each as a line of cases/transition.txt; and reports in any order."""

import re
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.checkout_record import CheckoutRecord, deleted_record
from abandoned_checkouts.checkouts.incoming import (
    TIMES,
    AttributionPassed,
    CheckoutDeleted,
    CheckoutReported,
    DeclaredAbandoned,
    Facts,
    Incoming,
    OrderPlaced,
    ThresholdPassed,
)
from abandoned_checkouts.checkouts.lifecycle import Rules
from abandoned_checkouts.checkouts.moment import DAY, HOUR, MINUTE
from abandoned_checkouts.checkouts.transition import transition
from tests.places import TESTS

RULES = Rules(threshold=10 * MINUTE, attribution=30 * DAY, deletes_old=False, timezone="UTC")
TIME = r"(\d+d(?: \d+:\d\d)?|\d+:\d\d)"
ROWS = [
    [cell.strip() for cell in line.split("|")]
    for line in (TESTS / "checkouts" / "cases" / "transition.txt").read_text().splitlines()
    if line.count("|") == 6 and not line.startswith("#")
][1:]


def moment(text: str) -> int:
    """Microseconds of "1:30" (an hour and a half), "40d" or "30d 0:15"."""
    days, hours, minutes = re.fullmatch(r"(?:(\d+)d)? ?(?:(\d+):(\d\d))?", text).groups("0")  # type: ignore[union-attr]
    return int(days) * DAY + int(hours) * HOUR + int(minutes) * MINUTE


def shown(at: int) -> str:
    """The reverse of `moment`."""
    days, rest = divmod(at // MINUTE, DAY // MINUTE)
    parts = [f"{days}d"] if days else []
    return " ".join([*parts, f"{rest // 60}:{rest % 60:02}"] if rest or not days else parts)


def time_after(word: str, text: str) -> int | None:
    """The time that follows a word of a cell, for example 39d in "report 40d, bought 40d, link followed 39d"."""
    found = re.search(rf"\b{word} {TIME}", text)
    return None if found is None else moment(found[1])


def checkout(**changes: Any) -> Checkout:
    values = {"platform": "shopify", "id": 1, "token": "t", "currency": "USD", "email": "ada@example.com"}
    return Checkout(**{**values, "created_at": 0, "updated_at": moment("0:05"), **changes})


def reported_before(**changes: Any) -> Checkout:
    found = checkout(**changes)
    return replace(found, source_updated_at=found.updated_at)


def known_record(cell: str) -> CheckoutRecord | None:
    """The known record, from the first column. It has been changed twice, so its version is 3."""
    state = re.split(r"[ ,]", cell)[0]
    if state == "not":
        return None
    at = time_after(state, cell) or time_after("bought", cell)
    contact = None if "no contact" in cell else moment("0:05")
    names: dict[str, Any] = {} if contact is not None else {"email": None}
    if at is not None:
        names["updated_at"] = at
    if state == "open":
        due_at = None if contact is None else moment("0:15")
        return CheckoutRecord(reported_before(**names), "open", 3, contact, due_at)
    if state == "completed":
        return CheckoutRecord(reported_before(**names, completed_at=at), "completed", 3, contact)
    if state == "deleted":
        return deleted_record(checkout(), 3)
    names["abandoned_at"] = moment("0:15")
    if state == "recovered":
        names |= {"completed_at": at, "recovered_at": at}
    elif state == "lapsed":
        names |= {"lapsed_at": moment("30d 0:15"), "completed_at": time_after("bought", cell)}
    elif state == "closed":
        names["closed_at"] = at
    return CheckoutRecord(reported_before(**names), "abandoned", 3)


def incoming_report(cell: str) -> tuple[Incoming, Facts]:
    """The incoming report, from the second column. It has a new note, unless the cell says "same"."""
    facts = Facts(ordered_at=time_after("ordered", cell), link_visited_at=time_after("followed", cell))
    if cell.startswith("order "):
        return OrderPlaced(time_after("order", cell) or 0), facts
    if cell.startswith("deletion"):
        return CheckoutDeleted(checkout() if "of id" in cell else None), facts
    if cell == "threshold check":
        return ThresholdPassed(), facts
    if cell == "attribution check":
        return AttributionPassed(), facts
    bought = time_after("bought", cell)
    changes: dict[str, Any] = {"completed_at": bought, "note": "" if "same" in cell else "new"}
    if "no contact" in cell:
        changes["email"] = None
    if cell.startswith("platform"):
        at = time_after("abandoned", cell)
        wix = {"abandoned_at": moment("0:15"), "recovered_at": bought}
        return DeclaredAbandoned(checkout(**changes, **wix, updated_at=at)), facts
    if "without times" in cell:
        return CheckoutReported(checkout(**changes), frozenset()), facts
    at = time_after("report", cell)
    changes |= {"updated_at": at, "closed_at": at if "closed" in cell else None}
    return CheckoutReported(checkout(**changes), TIMES), facts


def described(record: CheckoutRecord) -> str:
    found = record.checkout
    if record.state == "open":
        return "open, never abandoned" if record.due_at is None else f"open until {shown(record.due_at)}"
    if record.state == "completed":
        return f"completed {shown(found.completed_at or 0)}"
    if record.state == "deleted":
        return "deleted"
    assert record.state == "abandoned"
    moments = {
        "abandoned": found.abandoned_at,
        "recovered": found.recovered_at,
        "lapsed": found.lapsed_at,
        "bought": found.completed_at if found.recovered_at is None else None,
        "closed": found.closed_at,
    }
    return ", ".join(f"{name} {shown(at)}" for name, at in moments.items() if at is not None)


def result_of(was: str, then_comes: str, now: str) -> list[str]:
    """The other four columns."""
    record, (incoming, facts) = known_record(was), incoming_report(then_comes)
    at = moment(now) if now else 0
    before = deepcopy((record, incoming))
    result = transition(record, incoming, RULES, at, facts)
    assert (record, incoming) == before, "the arguments are not changed"
    changes = result.changes
    return [
        result.outcome,
        described(changes[-1].after) if changes else "as before",
        "; ".join(str(change.after.version) for change in changes),
        "; ".join(", ".join(kind.removeprefix("checkout_") for kind in change.events) for change in changes),
    ]


@pytest.mark.parametrize(
    ("was", "then_comes", "now", "outcome", "becomes", "version", "events"),
    ROWS,
    ids=[" | ".join(row[:3]) for row in ROWS],
)
def test_case(was: str, then_comes: str, now: str, outcome: str, becomes: str, version: str, events: str) -> None:
    assert result_of(was, then_comes, now) == [outcome, becomes, version, events]


def test_a_checkout_keeps_its_id_if_the_platform_declares_it_abandoned_without_one() -> None:
    known = known_record("open")
    incoming = DeclaredAbandoned(checkout(id=None, updated_at=moment("1:00"), abandoned_at=moment("0:15")))
    [change] = transition(known, incoming, RULES, 0, Facts()).changes
    assert change.after.checkout.id == 1
    [first] = transition(None, incoming, RULES, 0, Facts()).changes
    assert first.after.checkout.source_updated_at == moment("1:00")


STATES = ("not", "open", "completed", "abandoned", "recovered", "lapsed", "deleted")
KINDS = ("report", "order", "platform", "deletion", "threshold", "attribution")


def test_every_state_has_a_case_for_every_kind_of_report() -> None:
    listed = {(re.split(r"[ ,]", row[0])[0], row[1].split()[0]) for row in ROWS}
    assert {(state, kind) for state in STATES for kind in KINDS} <= listed


class Shop:
    """A shop without a store. It applies reports to its one checkout."""

    def __init__(self, link_visited_at: int | None = None) -> None:
        self.record: CheckoutRecord | None = None
        self.orders: list[int] = []
        self.link_visited_at = link_visited_at

    def take(self, incoming: Incoming, now: int) -> None:
        if isinstance(incoming, OrderPlaced):
            self.orders.append(incoming.placed_at)
        facts = Facts(min(self.orders, default=None), self.link_visited_at)
        for change in transition(self.record, incoming, RULES, now, facts).changes:
            assert change.before == self.record
            self.record = change.after

    def pass_time(self, now: int) -> None:
        self.take(ThresholdPassed(), now)
        self.take(AttributionPassed(), now)

    def end(self) -> tuple[str, str | None]:
        assert self.record is not None
        return described(self.record), None if self.record.state == "deleted" else self.record.checkout.note


@st.composite
def lifecycles(draw: st.DrawFn) -> tuple[list[Incoming], int | None, tuple[str, str | None]]:
    """Reports in their right order, the time of a visit by the recovery link, and the expected result.

    The buyer enters contact data in one of the reports, or never. The buyer buys in time, after the threshold, after
    the attribution, or never.
    """
    pauses = draw(st.lists(st.sampled_from([1, 3, 7, 20]), min_size=1, max_size=4))
    first_contact = draw(st.integers(0, len(pauses)))
    reports, minute, contact_at = [], 0, None
    for place, pause in enumerate(pauses):
        names = {"email": "ada@example.com" if place >= first_contact else None, "note": str(place)}
        reports.append(checkout(**names, updated_at=minute * MINUTE))
        if place == first_contact:
            contact_at = minute * MINUTE
        minute += pause
    incoming: list[Incoming] = [CheckoutReported(report) for report in reports]
    note, bought_at, visited_at = reports[-1].note, None, None
    if draw(st.booleans()):
        bought_at = (minute + draw(st.sampled_from([0, 1, 5, 9, 60, 31 * 24 * 60]))) * MINUTE
        visited_at = draw(st.sampled_from([None, bought_at - MINUTE, bought_at, bought_at + MINUTE]))
        if draw(st.booleans()):
            incoming.append(OrderPlaced(bought_at))
        else:
            note = "bought"
            incoming.append(
                CheckoutReported(replace(reports[-1], updated_at=bought_at, completed_at=bought_at, note=note))
            )
    if draw(st.integers(0, 9)) == 0:
        incoming.append(CheckoutDeleted(reports[0]))
        return incoming, visited_at, ("deleted", None)
    return incoming, visited_at, (_becomes(contact_at, bought_at, visited_at), note)


def _becomes(contact_at: int | None, bought_at: int | None, visited_at: int | None) -> str:
    due_at = None if contact_at is None else contact_at + 10 * MINUTE
    if due_at is None or (bought_at is not None and bought_at < due_at):
        return "open, never abandoned" if bought_at is None else f"completed {shown(bought_at)}"
    lapses_at = due_at + 30 * DAY
    if bought_at is None:
        return f"abandoned {shown(due_at)}, lapsed {shown(lapses_at)}"
    by_link = visited_at is not None and visited_at <= bought_at
    if by_link or bought_at < lapses_at:
        return f"abandoned {shown(due_at)}, recovered {shown(bought_at)}"
    return f"abandoned {shown(due_at)}, lapsed {shown(lapses_at)}, bought {shown(bought_at)}"


@given(lifecycles(), st.data())
def test_any_order_has_the_same_result(
    lifecycle: tuple[list[Incoming], int | None, tuple[str, str | None]], data: st.DataObject
) -> None:
    """The result is the same for reports in any order, with repetitions, and with runs of the scheduler in between."""
    incoming, visited_at, end = lifecycle
    repeated = data.draw(st.lists(st.sampled_from(incoming), max_size=3))
    order = data.draw(st.permutations(incoming + repeated))
    shop, now = Shop(visited_at), 0
    for each in order:
        now += data.draw(st.sampled_from([0, MINUTE, 15 * MINUTE, DAY]))
        if data.draw(st.booleans()):
            shop.pass_time(now)
        shop.take(each, now)
    # The scheduler runs late, after the longest attribution.
    shop.pass_time(100 * DAY)
    assert shop.end() == end


@given(st.permutations([0, 1, 2, 3]), st.integers(0, 3))
def test_reports_of_wix_in_any_order_result_in_the_newest(order: list[int], recovered: int) -> None:
    """Wix reports a recovery once. Another report without it, earlier or later, does not undo it."""
    shop = Shop()
    for place in order:
        at = moment("0:15") + place * MINUTE
        bought = at if place == recovered else None
        wix = {"abandoned_at": moment("0:15"), "completed_at": bought, "recovered_at": bought}
        shop.take(DeclaredAbandoned(checkout(platform="wix", note=str(place), updated_at=at, **wix)), at)
    assert shop.end() == (f"abandoned 0:15, recovered {shown(moment('0:15') + recovered * MINUTE)}", "3")
