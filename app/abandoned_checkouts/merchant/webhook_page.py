"""The page of webhook subscriptions: list, add and delete them."""

from starlette.responses import Response

from abandoned_checkouts.access.roles import Role
from abandoned_checkouts.control.endpoint import existing, number_in, owns
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.merchant.known_errors import error_text
from abandoned_checkouts.merchant.labels import LABELS
from abandoned_checkouts.merchant.settings_page import SECTIONS
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.merchant.words import _
from abandoned_checkouts.store.outbox.subscriptions import (
    Subscription,
    SubscriptionError,
    delete_subscription,
    find_subscription,
    subscriptions_of,
)
from abandoned_checkouts.work.own_topics import RETENTION_ANNOUNCED, SIGNATURE, TOPICS
from abandoned_checkouts.work.subscribe import subscribe

PATH = "/merchant/settings/webhooks"
# Topic → its text on pages.
TOPIC_NAMES = {
    **{topic: LABELS[kind] for kind, topic in TOPICS.items()},
    RETENTION_ANNOUNCED: _("Old checkouts are announced"),
}
_LONGEST_ADDRESS = 2000


def may_see(visit: Visit, owner_id: int | None) -> bool:
    """An owner of the shop sees the subscriptions of all apps; other callers see their own."""
    return visit.role is Role.OWNER or owns(visit.access, owner_id)


async def webhooks_page(visit: Visit) -> Response:
    return await _page(visit)


async def _page(
    visit: Visit, status: int = 200, *, problem: str = "", address: str = "", topic: str = "", secret: str = ""
) -> Response:
    async with visit.database.read() as connection:
        found = await subscriptions_of(connection, visit.shop.id)
    return visit.page(
        "webhooks.html",
        status,
        sections=SECTIONS,
        section=PATH,
        subscriptions=[each for each in found if may_see(visit, each.owner_id)],
        topics=TOPIC_NAMES,
        problem=problem,
        address=address,
        topic=topic,
        secret=secret,
        signature=SIGNATURE,
    )


async def add_webhook(visit: Visit) -> Response:
    """Subscribes an address to one of our own topics. The secret is only in this response."""
    topic, address = visit.form.text("topic", 100), visit.form.text("address", _LONGEST_ADDRESS)
    try:
        async with visit.database.begin() as connection:
            made = await subscribe(
                connection,
                visit.shop,
                "own",
                topic,
                address,
                now=visit.now,
                reach=visit.site.control.reach,
                owner_id=None if visit.role is Role.OWNER else visit.access.app_id,
            )
    except SubscriptionError as problem:
        return await _page(visit, 422, problem=error_text(visit.words, str(problem)), address=address, topic=topic)
    return await _page(visit, secret=made.secret)


async def delete_webhook(visit: Visit) -> Response:
    """Deletes a subscription and cancels its waiting deliveries."""
    async with visit.database.begin() as connection:
        found: Subscription = existing(
            await find_subscription(connection, visit.shop, number_in(visit.request, "subscription_id"))
        )
        if not may_see(visit, found.owner_id):
            raise RefusedError(404, "Not Found")
        await delete_subscription(connection, visit.shop.id, found.dialect, found.id, visit.now)
    return visit.redirect(PATH, "webhook_deleted")
