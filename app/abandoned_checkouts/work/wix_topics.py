"""Our events as Wix's webhooks: which of them Wix has, and their bodies."""

from abandoned_checkouts.access.approvals import approvals_of, shows_url
from abandoned_checkouts.checkouts.moment import to_datetime
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.stored_document import read_checkout_document
from abandoned_checkouts.store.checkouts.stored_rows import stored_rows
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.outbox.subscriptions import Subscription
from abandoned_checkouts.wix.event_tokens import EVENT_TYPES, Slug, event_token
from abandoned_checkouts.wix.to_wix.checkout import Site, checkout_to_wix

_SLUGS: dict[str, Slug] = {
    # In Wix, the entity is created when the checkout is abandoned, not when it starts.
    "checkout_abandoned": "created",
    "checkout_updated": "updated",
    "checkout_completed": "updated",
    "checkout_closed": "updated",
    "checkout_activity": "updated",
    "checkout_erased": "updated",
    "checkout_recovered": "recovered",
    "checkout_deleted": "deleted",
    "checkout_withdrawn": "deleted",
}
# Wix's event type by our kind of event.
TOPICS = {kind: EVENT_TYPES[slug] for kind, slug in _SLUGS.items()}
HEADERS = {"Content-Type": "text/plain", "User-Agent": "Abandoned-Checkouts"}


def concerns_wix(event: Row) -> bool:
    """Whether Wix has such an event. Wix has events only about checkouts that are or were abandoned."""
    return event["kind"] in TOPICS and read_checkout_document(event["document"]).abandoned_at is not None


def body(event: Row, subscription: Subscription, shop: Shop, now: int, address: str) -> str:
    """The request body, a JWT. `address` is this server's URL, for the link to the checkout."""
    checkout = read_checkout_document(event["document"])
    approvals = approvals_of(subscription.app_settings)
    row, lines, customer = stored_rows(shop, checkout)
    entity = checkout_to_wix(
        row,
        Site(shop, address, approvals, shows_url(approvals, to_datetime(now))),
        lines=lines,
        activities=[dict(step) for step in checkout.activities],
        customer=customer,
    )
    return event_token(
        _SLUGS[event["kind"]],
        entity,
        private_key=subscription.secret,
        event_id=event["event_id"],
        occurred_at=event["occurred_at"],
        sequence=event["sequence"],
        app_id=subscription.app_id or "",
        instance_id=subscription.instance_id or "",
        site_id=shop.uuid,
        issued_at=now,
        is_anonymisation=event["kind"] == "checkout_erased",
    )
