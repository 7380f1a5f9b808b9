"""The history of the demo shop's checkouts, for its reports: mails of a flow with a hold-out, visits by the
recovery link, skipped steps, and checkouts that were bought at once.

A separate random sequence, so that the checkouts themselves stay the same.
"""

import random
from collections.abc import Mapping, Sequence

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.checkouts.moment import DAY, HOUR, MINUTE
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.reports.facts import CheckoutFacts
from abandoned_checkouts.reports.step_parts import part_of_skipped, part_of_step
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.flows.flow_people import PersonRow, put_people
from abandoned_checkouts.store.flows.flows import save_flow
from abandoned_checkouts.store.reports.note_actions import NewAction, note_many
from abandoned_checkouts.store.reports.note_facts import note_checkouts

# The flow that sent the demo's mails. It is off: a merchant turns it on.
FLOW: Json = {
    "name": "Two reminders",
    "trigger": "abandoned",
    "holdout": "10%",
    "only_if": {"consent": "not_refused"},
    "steps": [{"wait": "1 hour"}, {"send_email": {}}, {"wait": "1 day"}, {"send_email": {}}],
}
_HOLDOUT = 100
# Numbers of checkouts that were bought at once; the others begin at journeys.FIRST_CHECKOUT.
_FIRST_BOUGHT = 1_000_000


async def create_flow(connection: Connection, shop: Shop, now: int) -> int:
    """Returns the flow's number."""
    return int((await save_flow(connection, shop, FLOW, now=now))["id"])


class Story:
    """`record` counts what happened around a batch of checkouts. Call it before the checkouts are saved: the first mail
    and visit of a checkout, and how it was recovered, are known then."""

    def __init__(self, seed: int, flow_id: int, now: int) -> None:
        self._chance = random.Random(f"{seed}/story")
        self._flow_id, self._now = flow_id, now
        self._bought = 0

    async def record(self, connection: Connection, shop: Shop, checkouts: Sequence[Checkout]) -> list[NewAction]:
        """Returns the actions: mails, skipped steps and visits."""
        actions: list[NewAction] = []
        for checkout in checkouts:
            actions += self._actions(checkout)
        await note_many(connection, shop, actions)
        await put_people(connection, shop, [row for each in checkouts for row in self._people(each)])
        await note_checkouts(connection, shop, self._others(checkouts))
        return actions

    def _actions(self, checkout: Checkout) -> list[NewAction]:
        number, chance, until = checkout.id or 0, self._chance, checkout.completed_at or self._now
        if checkout.email_state == "suppressed":
            at = min(checkout.created_at + HOUR, self._now)
            part = part_of_skipped(part_of_step(self._flow_id, 0), "the buyer unsubscribed")
            return [NewAction("skipped", f"step/{number}", number, part, at)]
        if checkout.email_sent_at is None:
            return []
        first = checkout.email_sent_at
        found = [NewAction("sent", f"mail/{number}-0", number, f"{self._flow_id}.0", first)]
        if first + DAY < until and chance.random() < 0.8:
            found.append(NewAction("sent", f"mail/{number}-1", number, f"{self._flow_id}.1", first + DAY))
        elif first + DAY < self._now:
            part = part_of_skipped(part_of_step(self._flow_id, 1), "the checkout was recovered")
            at = min(first + DAY, self._now)
            found.append(NewAction("skipped", f"step/{number}", number, part, at))
        if until > first + MINUTE and chance.random() < (0.55 if checkout.completed_at is not None else 0.18):
            at = first + min(until - first, chance.randrange(1, 600) * MINUTE) * chance.randrange(1, 10) // 10
            step = max((each.at, each.part) for each in found if each.kind == "sent" and each.at <= at)[1]
            found.append(NewAction("visit", f"visit/{number}", number, step, at))
        return found

    def _people(self, checkout: Checkout) -> list[PersonRow]:
        """People the flow wrote to, and every tenth of the others with an address as held out."""
        if checkout.customer_id is None or checkout.email is None:
            return []
        is_held_out = checkout.email_state == "not_sent" and self._chance.random() < 0.3
        if checkout.email_sent_at is None and not is_held_out:
            return []
        spent = checkout.total_price if checkout.completed_at is not None else 0
        return [
            PersonRow(
                flow_id=self._flow_id,
                person_key=f"demo {checkout.customer_id}",
                customer_id=checkout.customer_id,
                is_held_out=is_held_out,
                share=_HOLDOUT,
                entered_at=checkout.created_at + HOUR,
                purchases=int(spent > 0),
                spent=spent,
            )
        ]

    def _others(self, checkouts: Sequence[Checkout]) -> Mapping[int, CheckoutFacts]:
        """Checkouts of the same days that were bought at once, or left without a contact: they are not abandoned."""
        found = {}
        for checkout in checkouts:
            for _ in range(self._chance.choice((0, 0, 1, 1, 2))):
                self._bought += 1
                found[_FIRST_BOUGHT + self._bought] = CheckoutFacts(
                    begun_at=min(checkout.created_at + self._chance.randrange(HOUR), self._now),
                    has_contact=self._chance.random() < 0.7,
                    currency=checkout.currency,
                    presentment_currency=checkout.presentment_currency or checkout.currency,
                    total=checkout.total_price,
                    presentment_total=checkout.presentment_total_price,
                )
        return found
