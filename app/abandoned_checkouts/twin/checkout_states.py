"""Creates checkouts in any state. Each goes through the same steps as a real one, at the right times and with the
events."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Literal, get_args

from abandoned_checkouts.checkouts.checkout import has_contact
from abandoned_checkouts.checkouts.checkout_record import CheckoutRecord
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.lifecycle import rules_of
from abandoned_checkouts.checkouts.moment import HOUR, MINUTE, format_microseconds
from abandoned_checkouts.checkouts.randomness import random_number
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.intake.known_products import complete_lines
from abandoned_checkouts.intake.storefront import reported_checkout
from abandoned_checkouts.store.checkouts.activities import append_activities
from abandoned_checkouts.store.checkouts.known_records import find_known
from abandoned_checkouts.store.checkouts.recovery_links import linked_checkouts, record_visit
from abandoned_checkouts.store.checkouts.take import complete_checkout, take_checkout, take_deletion
from abandoned_checkouts.store.checkouts.take_due import abandon_due_checkouts, lapse_due_checkouts
from abandoned_checkouts.store.engine.database import Connection

LifeState = Literal["open", "completed", "abandoned", "mailed", "visited", "recovered", "closed", "lapsed"]
STATES: tuple[str, ...] = get_args(LifeState)
# When something happens to the checkout after its abandonment, as a share of the time from then to the present.
_LATER: dict[str, tuple[tuple[str, float], ...]] = {
    "mailed": (("mail", 0.25),),
    "visited": (("mail", 0.25), ("visit", 0.5)),
    "recovered": (("mail", 0.25), ("visit", 0.5), ("complete", 0.75)),
    "closed": (("close", 0.75),),
}
_LAPSE_BATCH = 1000


class LifeError(ValueError):
    """The checkout cannot have this state. The message says why and what to do."""


async def make_checkout(
    connection: Connection, shop: Shop, source: UntypedJson, state: str, ago: int | None, now: int
) -> CheckoutRecord:
    """Create a checkout that started `ago` microseconds before `now`, and do what is needed for `state`.

    `source` is a checkout in the JSON of `/intake/checkouts`; without a contact or lines, it gets an e-mail address and
    one line. Raises LifeError, and RejectedRecordError for an invalid checkout.
    """
    rules = rules_of(shop)
    ago = _shortest(state, rules.threshold, rules.attribution) if ago is None else ago
    began = now - ago
    source = _completed_source(source, began)
    await complete_lines(connection, shop, [source])
    checkout, sent_times = reported_checkout(shop, source, None, began)
    if state not in ("open", "completed") and not has_contact(checkout):
        raise LifeError(f'a checkout without "email" or "phone" never becomes {state}; add one')
    await take_checkout(connection, shop, checkout, began, sent_times=sent_times)
    if state == "completed":
        await _complete(connection, shop, await _known(connection, shop, checkout.token), began + (now - began) // 2)
    elif state != "open":
        return await _abandon(connection, shop, checkout.token, state, now)
    return await _known(connection, shop, checkout.token)


def _shortest(state: str, threshold: int, attribution: int) -> int:
    """The shortest time in which a checkout can reach the state."""
    if state == "open":
        return 0
    if state == "completed":
        return MINUTE
    if state == "lapsed":
        return threshold + attribution
    return threshold if state == "abandoned" else threshold + HOUR


def _completed_source(source: UntypedJson, began: int) -> UntypedJson:
    """The first report of the checkout. If it has no contact or no line, one is added."""
    whole = {"created_at": format_microseconds(began), "updated_at": format_microseconds(began), **source}
    if not any(name in source for name in ("email", "phone", "customer")):
        whole["email"] = f"buyer-{random_number(3)}@example.com"
    if "line_items" not in source:
        whole["line_items"] = [{"title": "Enamel mug", "quantity": 1, "price": "24.00", "sku": "MUG-1"}]
    return whole


async def _abandon(connection: Connection, shop: Shop, token: str | None, state: str, now: int) -> CheckoutRecord:
    known = await _known(connection, shop, token)
    due_at = known.due_at
    if known.state == "open" and due_at is not None:
        if due_at > now:
            minutes = rules_of(shop).threshold // MINUTE
            raise LifeError(
                f"the checkout is not abandoned yet: this shop waits {minutes} minutes after the contact. "
                f'Set "ago" to "{minutes} minutes" or more, or leave it out.'
            )
        known = (await abandon_due_checkouts(connection, shop, [known], due_at))[0]
    if state == "abandoned":
        return known
    since = known.checkout.abandoned_at or now
    for step, share in _LATER.get(state, ()):
        await _STEPS[step](connection, shop, await _known(connection, shop, token), since + int((now - since) * share))
    if state == "lapsed":
        if now < since + rules_of(shop).attribution:
            days = rules_of(shop).attribution // (24 * HOUR)
            raise LifeError(
                f"the checkout has not lapsed yet: this shop waits {days} days after the abandonment. "
                f'Set "ago" to more than "{days} days", or leave it out.'
            )
        while await lapse_due_checkouts(connection, shop, now, _LAPSE_BATCH) == _LAPSE_BATCH:
            continue
    return await _known(connection, shop, token)


async def _known(connection: Connection, shop: Shop, token: str | None) -> CheckoutRecord:
    known = await find_known(connection, shop, token=token)
    if known is None:
        raise LifeError("the checkout was deleted, so it cannot be changed")
    return known


async def _mail(connection: Connection, shop: Shop, known: CheckoutRecord, at: int) -> None:
    step = {"activity_type": "EMAIL_SENT", "created_at": at, "channel": "EMAIL", "reason": None}
    await append_activities(connection, shop, known.checkout.id or 0, [step], now=at)  # type: ignore[list-item]


async def visit_link(connection: Connection, shop: Shop, known: CheckoutRecord, at: int) -> None:
    """The buyer opens the recovery link. Raises LifeError if the checkout has none."""
    for linked in await linked_checkouts(connection, shop, known.checkout.token or ""):
        if linked.checkout.id == known.checkout.id:
            await record_visit(connection, shop, linked, at)
            return
    raise LifeError("the checkout has no recovery link")


async def _complete(connection: Connection, shop: Shop, known: CheckoutRecord, at: int) -> None:
    if known.checkout.completed_at is not None:
        raise LifeError("the checkout is completed already")
    await complete_checkout(connection, shop, completed_at=at, now=at, token=known.checkout.token)


async def _recover(connection: Connection, shop: Shop, known: CheckoutRecord, at: int) -> None:
    """The buyer opens the recovery link and buys."""
    if known.state != "abandoned":
        raise LifeError(f"only an abandoned checkout can be recovered; this one is {known.state}")
    await visit_link(connection, shop, known, at)
    await _complete(connection, shop, known, at)


async def _close(connection: Connection, shop: Shop, known: CheckoutRecord, at: int) -> None:
    if known.state != "abandoned":
        raise LifeError(f"only an abandoned checkout can be closed; this one is {known.state}")
    if known.checkout.closed_at is not None:
        raise LifeError("the checkout is closed already")
    closed = replace(known.checkout, closed_at=at, updated_at=max(at, known.checkout.updated_at + 1))
    await take_checkout(connection, shop, closed, at)


async def _delete(connection: Connection, shop: Shop, known: CheckoutRecord, at: int) -> None:
    await take_deletion(connection, shop, known, at)


Step = Callable[[Connection, Shop, CheckoutRecord, int], Awaitable[None]]
_STEPS: dict[str, Step] = {"mail": _mail, "visit": visit_link, "complete": _complete, "close": _close}
# The actions on an existing checkout, by name: POST /__twin/checkouts/{id}/{name}.
ACTIONS: dict[str, Step] = {
    "complete": _complete,
    "recover": _recover,
    "close": _close,
    "visit": visit_link,
    "delete": _delete,
}
