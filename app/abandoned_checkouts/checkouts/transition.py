"""Every rule of a checkout's lifecycle: how a report, an order, a deletion or the passing of time changes it.

| known     | incoming           | result     |
|-----------|--------------------|------------|
| nothing   | report             | open; completed if bought in time; abandoned and recovered if bought later |
|           | order              | still nothing: the first report finds the order in `facts` |
|           | declared abandoned | abandoned, or recovered if Wix says so |
| open      | newer report       | updated; the threshold still runs from the first contact |
|           | older report       | open as before, but an earlier contact makes it due earlier |
|           | purchase           | completed if bought in time, otherwise abandoned and recovered |
|           | threshold passed   | abandoned |
|           | declared abandoned | abandoned, and recovered if it was bought |
| completed | report             | updated; recovered if an earlier contact shows that the threshold had passed |
|           | declared abandoned | abandoned and recovered: the platform knows of an earlier contact |
| abandoned | newer report       | updated or closed |
|           | older report       | abandoned as before, but an earlier contact means that it was abandoned earlier |
|           | purchase           | recovered by the link or within the attribution, otherwise lapsed and completed |
|           | purchase in time   | completed: it was never abandoned, and the abandonment is withdrawn |
|           | attribution passed | lapsed |
| any       | deletion           | deleted |
| deleted   | anything           | deleted |

Reports and orders can come late, twice and out of order. The result is the same as if each came once and in time.
"""

from dataclasses import dataclass, replace
from typing import Literal

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.checkout_record import CheckoutRecord, deleted_record
from abandoned_checkouts.checkouts.copy_checkout import copy_of
from abandoned_checkouts.checkouts.event_kind import EventKind
from abandoned_checkouts.checkouts.incoming import (
    NO_FACTS,
    AttributionPassed,
    CheckoutDeleted,
    CheckoutReported,
    DeclaredAbandoned,
    Facts,
    Incoming,
    OrderPlaced,
    ThresholdPassed,
)
from abandoned_checkouts.checkouts.lifecycle import (
    Rules,
    abandoned_when,
    contact_given_at,
    lapses_when,
    was_bought_in_time,
    with_recovery,
)
from abandoned_checkouts.checkouts.merge import (
    is_new_purchase,
    is_older,
    is_same_but_for_time,
    merged,
    with_kept_fields,
    with_known_times,
)

Outcome = Literal[
    "created",
    "updated",
    "completed",
    "abandoned",
    "recovered",
    "lapsed",
    "deleted",
    "unchanged",
    "older",
    "unknown",
]


@dataclass(frozen=True, slots=True)
class Change:
    """A checkout before and after one change, and the events of the change in their order."""

    before: CheckoutRecord | None
    after: CheckoutRecord
    events: tuple[EventKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Transition:
    """`outcome` is the result in one word. The store writes `changes` in their order; usually there is one."""

    outcome: Outcome
    changes: tuple[Change, ...] = ()


def transition(
    known: CheckoutRecord | None, incoming: Incoming, rules: Rules, now: int, facts: Facts = NO_FACTS
) -> Transition:
    """Apply `incoming` to the known checkout; `known` is None for a new one. The arguments are not changed."""
    match incoming:
        case CheckoutReported():
            return _reported(known, incoming, rules, now, facts)
        case OrderPlaced():
            return _ordered(known, incoming, rules, now, facts)
        case DeclaredAbandoned():
            return _declared_abandoned(known, incoming.checkout, rules, facts)
        case CheckoutDeleted():
            return _deleted(known, incoming)
        case ThresholdPassed():
            return _threshold_passed(known, now)
        case AttributionPassed():
            return _attribution_passed(known, rules, now)


# One function for each kind of `incoming`.


def _reported(
    known: CheckoutRecord | None, report: CheckoutReported, rules: Rules, now: int, facts: Facts
) -> Transition:
    reported = copy_of(report.checkout)
    reported.source_updated_at = reported.source_updated_at or reported.updated_at
    if known is None:
        return _first_report(reported, rules, facts)
    if known.state == "deleted":
        return Transition("deleted")
    reported = with_known_times(reported, known.checkout, report.sent_times, now)
    if known.state == "abandoned":
        if was_bought_in_time(reported, known.checkout):
            return _abandonment_withdrawn(known, reported)
        return _abandoned_reported(known, reported, rules, facts)
    if "updated_at" not in report.sent_times and is_same_but_for_time(reported, known.checkout):
        return Transition("unchanged")
    return _open_reported(known, reported, rules, facts)


def _ordered(known: CheckoutRecord | None, order: OrderPlaced, rules: Rules, now: int, facts: Facts) -> Transition:
    """An order changes only one fact: the checkout was bought."""
    if known is None:
        return Transition("unknown")
    checkout = known.checkout
    if checkout.completed_at is not None:
        return Transition("unchanged")
    bought = replace(checkout, completed_at=order.placed_at, updated_at=max(checkout.updated_at, order.placed_at))
    return _reported(known, CheckoutReported(bought), rules, now, facts)


def _declared_abandoned(known: CheckoutRecord | None, checkout: Checkout, rules: Rules, facts: Facts) -> Transition:
    """The platform has decided that the checkout is abandoned, and Wix also whether it is recovered."""
    reported = replace(checkout, source_updated_at=checkout.updated_at)
    if known is None:
        events: tuple[EventKind, ...] = ("checkout_created", "checkout_abandoned")
        if reported.completed_at is not None:
            events += ("checkout_recovered",)
        return Transition("created", (Change(None, CheckoutRecord(reported, "abandoned", 1), events),))
    if known.state == "deleted":
        return Transition("deleted")
    if known.state == "abandoned":
        return _abandoned_reported(known, reported, rules, facts)
    if is_older(reported, known.checkout):
        reported = replace(known.checkout, completed_at=reported.completed_at or known.checkout.completed_at)
    # The platform has seen that the threshold has passed before our scheduler did.
    due_at = known.due_at or reported.abandoned_at or reported.updated_at
    checkout = replace(merged(reported, known.checkout), id=reported.id or known.checkout.id)
    if checkout.completed_at is None:
        return Transition("abandoned", (_abandonment(known, checkout, due_at),))
    return _bought_after_threshold(known, checkout, min(due_at, checkout.completed_at), rules, facts)


def _deleted(known: CheckoutRecord | None, deletion: CheckoutDeleted) -> Transition:
    if known is None:
        if deletion.names is None:
            return Transition("unknown")
        return Transition("unknown", (Change(None, deleted_record(deletion.names, 1)),))
    if known.state == "deleted":
        return Transition("deleted")
    after = deleted_record(known.checkout, known.version + 1)
    return Transition("deleted", (Change(known, after, ("checkout_deleted",)),))


def _threshold_passed(known: CheckoutRecord | None, now: int) -> Transition:
    if known is None or known.state != "open" or known.due_at is None or now < known.due_at:
        return Transition("unchanged")
    return Transition("abandoned", (_abandonment(known, known.checkout, known.due_at),))


def _attribution_passed(known: CheckoutRecord | None, rules: Rules, now: int) -> Transition:
    if known is None or known.checkout.abandoned_at is None:
        return Transition("unchanged")
    checkout, end = known.checkout, lapses_when(known.checkout.abandoned_at, rules)
    if checkout.recovered_at is not None or checkout.lapsed_at is not None or now < end:
        return Transition("unchanged")
    # No field that a source reports has changed, so the version stays.
    after = replace(known, checkout=replace(checkout, lapsed_at=end))
    return Transition("lapsed", (Change(known, after, ("checkout_lapsed",)),))


# Checkouts that are open or completed.


def _first_report(reported: Checkout, rules: Rules, facts: Facts) -> Transition:
    checkout = copy_of(reported)
    checkout.completed_at = reported.completed_at or facts.ordered_at
    return _open_or_completed(None, checkout, contact_given_at(reported, None), rules, facts)


def _open_reported(known: CheckoutRecord, reported: Checkout, rules: Rules, facts: Facts) -> Transition:
    contact_at = contact_given_at(reported, known.contact_at)
    if is_older(reported, known.checkout):
        if not is_new_purchase(reported, known.checkout):
            return _earlier_contact(known, contact_at, rules, facts)
        reported = replace(known.checkout, completed_at=reported.completed_at)
    checkout = replace(merged(reported, known.checkout), id=reported.id or known.checkout.id)
    if checkout == known.checkout:
        return Transition("unchanged")
    return _open_or_completed(known, checkout, contact_at, rules, facts)


def _open_or_completed(
    known: CheckoutRecord | None, checkout: Checkout, contact_at: int | None, rules: Rules, facts: Facts
) -> Transition:
    due_at = abandoned_when(checkout, contact_at, rules)
    version = 1 if known is None else known.version + 1
    if checkout.completed_at is None:
        after = CheckoutRecord(checkout, "open", version, contact_at, due_at)
        if known is None:
            return Transition("created", (Change(None, after, ("checkout_created",)),))
        return Transition("updated", (Change(known, after, ("checkout_updated",)),))
    if due_at is not None:
        return _bought_after_threshold(known, checkout, due_at, rules, facts)
    after = CheckoutRecord(checkout, "completed", version, contact_at)
    if known is None:
        return Transition("completed", (Change(None, after, ("checkout_created", "checkout_completed")),))
    if known.checkout.completed_at is None:
        return Transition("completed", (Change(known, after, ("checkout_completed",)),))
    return Transition("updated", (Change(known, after, ("checkout_updated",)),))


def _earlier_contact(known: CheckoutRecord, contact_at: int | None, rules: Rules, facts: Facts) -> Transition:
    """Ignore an older report, unless it shows that the buyer entered contact data earlier than known."""
    if contact_at == known.contact_at:
        return Transition("older")
    due_at = abandoned_when(known.checkout, contact_at, rules)
    if known.state == "completed" and due_at is not None:
        return _bought_after_threshold(known, known.checkout, due_at, rules, facts)
    after = replace(known, contact_at=contact_at, due_at=due_at)
    return Transition("older", (Change(known, after),))


def _bought_after_threshold(
    known: CheckoutRecord | None, checkout: Checkout, due_at: int, rules: Rules, facts: Facts
) -> Transition:
    """The buyer bought after the threshold. Two changes: abandoned, even if the scheduler has not run yet, then
    bought."""
    abandonment = _abandonment(known, replace(checkout, completed_at=None), due_at)
    bought = replace(abandonment.after.checkout, completed_at=checkout.completed_at)
    purchase = _abandoned_reported(abandonment.after, bought, rules, facts)
    return Transition(purchase.outcome, (abandonment, *purchase.changes))


# Abandoned checkouts.


def _abandonment(known: CheckoutRecord | None, checkout: Checkout, due_at: int) -> Change:
    """The change to abandoned. The version starts again at 1."""
    after = CheckoutRecord(replace(checkout, abandoned_at=due_at), "abandoned", 1)
    events: tuple[EventKind, ...] = ("checkout_abandoned",)
    return Change(known, after, events if known is not None else ("checkout_created", *events))


def _abandoned_reported(known: CheckoutRecord, reported: Checkout, rules: Rules, facts: Facts) -> Transition:
    before = known.checkout
    if is_older(reported, before):
        if not is_new_purchase(reported, before):
            return _abandoned_earlier(known, reported, rules)
        reported = replace(before, completed_at=reported.completed_at)
    checkout = replace(merged(reported, before), id=before.id)
    checkout = with_recovery(checkout, rules, by_link=_came_by_link(checkout, facts))
    if checkout == before:
        return Transition("unchanged")
    after = CheckoutRecord(checkout, "abandoned", known.version + 1)
    outcome: Outcome = "updated"
    if is_new_purchase(checkout, before):
        outcome = "recovered" if checkout.recovered_at is not None else "completed"
    return Transition(outcome, (Change(known, after, (_event_of(before, checkout),)),))


def _came_by_link(checkout: Checkout, facts: Facts) -> bool:
    if checkout.completed_at is None or facts.link_visited_at is None:
        return False
    return facts.link_visited_at <= checkout.completed_at


def _event_of(before: Checkout, after: Checkout) -> EventKind:
    """The event for a change of an abandoned checkout: one event, for the most important difference."""
    if before.recovered_at is None and after.recovered_at is not None:
        return "checkout_recovered"
    if before.completed_at is None and after.completed_at is not None:
        return "checkout_completed"
    if before.closed_at is None and after.closed_at is not None:
        return "checkout_closed"
    return "checkout_updated"


def _abandoned_earlier(known: CheckoutRecord, older: Checkout, rules: Rules) -> Transition:
    """An older report may show that the buyer entered contact data earlier, and the threshold passed earlier.

    There is no event, because the platforms do not show this moment.
    """
    due_at = abandoned_when(known.checkout, contact_given_at(older, None), rules)
    abandoned_at = known.checkout.abandoned_at
    if due_at is None or abandoned_at is None or due_at >= abandoned_at:
        return Transition("older")
    after = CheckoutRecord(replace(known.checkout, abandoned_at=due_at), "abandoned", known.version + 1)
    return Transition("older", (Change(known, after),))


def _abandonment_withdrawn(known: CheckoutRecord, reported: Checkout) -> Transition:
    """The buyer had bought in time, but the report came after the threshold: the checkout was never abandoned."""
    before = known.checkout
    if is_older(reported, before):
        reported = replace(before, completed_at=reported.completed_at)
    checkout = replace(
        with_kept_fields(reported, before), id=before.id, token=before.token, abandoned_at=None, lapsed_at=None
    )
    after = CheckoutRecord(checkout, "completed", known.version + 1)
    return Transition("completed", (Change(known, after, ("checkout_completed", "checkout_withdrawn")),))
