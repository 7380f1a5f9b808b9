"""What happened to the demo shop's buyers afterwards: some were erased, some bought elsewhere. The latest mails, as
they were sent, and tasks for the most valuable checkouts.

Separate random sequences, so that the other checkouts stay the same.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from abandoned_checkouts.checkouts.anonymised import erased_checkout
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.moment import DAY, HOUR
from abandoned_checkouts.checkouts.order import Order
from abandoned_checkouts.checkouts.recovery_link import recovery_key_of
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.recovery.mail import write_mail
from abandoned_checkouts.store.checkouts.take_orders import take_order
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.flows.flow_facts import create_task, save_new_mail
from abandoned_checkouts.store.privacy.unsubscribed import recipient_key
from abandoned_checkouts.store.reports.note_actions import NewAction

# The ids of orders without an abandoned checkout; the others begin at orders.FIRST_ORDER.
_FIRST_ELSEWHERE = 5_940_000_000_000
_MOST_ELSEWHERE, _MOST_MAILS, _TASKS = 40, 30, 2
_ERASED, _ELSEWHERE = 0.02, 0.03
_ERASED_AFTER = 20 * DAY


@dataclass(frozen=True, slots=True)
class _DefaultTexts:
    """A mail with our texts (see recovery.mail.MailContent)."""

    subject: None = None
    message: None = None
    button: None = None
    template: None = None


def erased_if_asked(checkout: Checkout, seed: int, now: int) -> Checkout:
    """The checkout without its buyer, if this buyer asked for that. A buyer who came back later is known again."""
    asks = random.Random(f"{seed}/erased/{checkout.customer_id}").random() < _ERASED
    at = checkout.created_at + _ERASED_AFTER
    if not asks or at >= now or checkout.customer_id is None:
        return checkout
    erased = erased_checkout(checkout, at)
    # The keys come from the seed.
    erased.recovery_key, erased.visitor_id = checkout.recovery_key, checkout.visitor_id
    return replace(erased, customer=None, customer_id=None)


class Afterwards:
    """Collects checkouts while they are created. `record` stores what happened to their buyers; call it at the end."""

    def __init__(self, seed: int, flow_id: int, now: int) -> None:
        self._chance = random.Random(f"{seed}/afterwards")
        self._flow_id, self._now = flow_id, now
        self._elsewhere: list[Checkout] = []
        self._mails: list[tuple[Checkout, NewAction]] = []
        self._latest: list[Checkout] = []

    def see(self, checkouts: Sequence[Checkout], actions: Sequence[NewAction]) -> None:
        """`actions` are those around these checkouts."""
        by_number = {checkout.id: checkout for checkout in checkouts if checkout.email is not None}
        mails = [(by_number[each.checkout_id], each) for each in actions if each.checkout_id in by_number]
        self._mails = [*self._mails, *(each for each in mails if each[1].kind == "sent")][-_MOST_MAILS:]
        self._latest = [*self._latest, *by_number.values()][-20:]
        for checkout in checkouts:
            drawn = self._chance.random() < _ELSEWHERE
            is_left = checkout.completed_at is None and checkout.customer_id is not None
            is_old_enough = checkout.created_at < self._now - 5 * DAY
            if drawn and is_left and is_old_enough and len(self._elsewhere) < _MOST_ELSEWHERE:
                self._elsewhere.append(checkout)

    async def record(self, connection: Connection, shop: Shop) -> None:
        for place, checkout in enumerate(self._elsewhere):
            await take_order(connection, shop, self._order(checkout, place), self._now)
        for checkout, action in self._mails:
            await save_new_mail(connection, shop, self._mail(shop, checkout, action))
        for checkout in sorted(self._latest, key=lambda each: each.total_price)[-_TASKS:]:
            at = max(self._now - HOUR, checkout.abandoned_at or checkout.created_at)
            await create_task(connection, shop, checkout.id or 0, "Call the buyer about the delivery", at)

    def _order(self, checkout: Checkout, place: int) -> Order:
        """A purchase in another way, two days after the checkout was abandoned: by phone, for example."""
        at = (checkout.abandoned_at or checkout.created_at) + 2 * DAY
        return Order(
            id=_FIRST_ELSEWHERE + place,
            number=20_001 + place,
            name=f"#{20_001 + place}",
            created_at=at,
            updated_at=at,
            processed_at=at,
            currency=checkout.currency,
            presentment_currency=checkout.currency,
            customer_id=checkout.customer_id,
            email=checkout.email,
            phone=checkout.phone,
            source_name="pos",
            financial_status="PAID",
            fulfillment_status="FULFILLED",
            subtotal_price=checkout.subtotal_price,
            presentment_subtotal_price=checkout.subtotal_price,
            total_price=checkout.subtotal_price,
            presentment_total_price=checkout.subtotal_price,
        )

    def _mail(self, shop: Shop, checkout: Checkout, action: NewAction) -> dict[str, object]:
        recipient = checkout.email or ""
        mail = write_mail(
            _DefaultTexts(),
            shop,
            checkout,
            key=recovery_key_of(shop, checkout),
            recipient_key=recipient_key(shop, recipient),
            code=None,
            # Links lead to the server that shows the mail.
            address="",
        )
        return {
            "id": action.name.removeprefix("mail/"),
            "checkout_id": checkout.id,
            "flow_id": self._flow_id,
            "position": int(action.part.partition(".")[2]),
            "sent_at": action.at,
            "recipient_key": recipient_key(shop, recipient),
            "recipient": recipient,
            "sender": f"{shop.name} <{shop.email}>",
            "subject": mail.subject,
            "html": mail.html,
            "plain": mail.plain,
            "locale": mail.locale,
        }
