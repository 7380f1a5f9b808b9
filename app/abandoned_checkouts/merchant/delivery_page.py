"""The log of deliveries to webhooks, with filters; one delivery with its attempts; sending it again."""

from datetime import date
from urllib.parse import urlencode

from starlette.responses import Response

from abandoned_checkouts.access.roles import Role
from abandoned_checkouts.checkouts.moment import MomentError, parse_moment
from abandoned_checkouts.checkouts.whole_number import whole_number
from abandoned_checkouts.control.endpoint import existing, is_merchants, number_in
from abandoned_checkouts.control.event_endpoints import (
    NO_DATA,
    NO_SUBSCRIPTION,
    QUEUED,
    STATES,
    why_no_replay,
)
from abandoned_checkouts.merchant.settings_page import SECTIONS
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.merchant.webhook_page import TOPIC_NAMES
from abandoned_checkouts.merchant.words import _
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.outbox.delivery_log import (
    Visible,
    find_delivery,
    list_deliveries,
    list_topics,
    replay_deliveries,
)

PATH = "/merchant/settings/deliveries"
PAGE_SIZE = 50
STATE_NAMES = dict(
    zip(
        STATES,
        ((_("waiting"), ""), (_("delivered"), "good"), (_("failed"), "bad"), (_("cancelled"), "")),
        strict=True,
    )
)
_NO_REPLAY = {
    QUEUED: _("This delivery is queued already."),
    NO_DATA: _("It cannot be sent again: the event's data was erased."),
    NO_SUBSCRIPTION: _("It cannot be sent again: the subscription was deleted."),
}


def _visible(visit: Visit) -> Visible | None:
    """An owner of the shop sees the deliveries of all apps; other callers see their own."""
    return None if visit.role is Role.OWNER else Visible(visit.access.app_id, is_merchants(visit.access))


async def deliveries_page(visit: Visit) -> Response:
    """`?state=`, `topic=`, `from=` (a day) filter; `before=` is the number of the last delivery of the page before."""
    given = visit.parameters()
    chosen = {name: given.get(name, "")[:200] for name in ("state", "topic", "from")}
    state = chosen["state"] if chosen["state"] in STATES else None
    problem, since = "", None
    if chosen["from"]:
        try:
            date.fromisoformat(chosen["from"])
            since = parse_moment(chosen["from"], visit.shop.timezone)
        except (ValueError, MomentError):
            problem = visit.words.text(_("%(day)s is not a day; use a form like 2026-10-31"), day=chosen["from"])

    async def read(connection: Connection) -> tuple[list[str], list[Row]]:
        topics = await list_topics(connection, visit.shop, _visible(visit))
        return topics, await list_deliveries(
            connection,
            visit.shop,
            state=state,
            topic=chosen["topic"] or None,
            since=since,
            before=whole_number(given.get("before", "")),
            limit=PAGE_SIZE + 1,
            visible=_visible(visit),
        )

    topics, rows = await visit.database.read_behind(read)
    following = ""
    if len(rows) > PAGE_SIZE:
        rows = rows[:PAGE_SIZE]
        kept = {name: value for name, value in chosen.items() if value}
        following = f"{PATH}?{urlencode({**kept, 'before': rows[-1]['id']})}"
    return visit.page(
        "deliveries.html",
        422 if problem else 200,
        sections=SECTIONS,
        section=PATH,
        rows=rows,
        chosen=chosen,
        topics=topics,
        topic_names=TOPIC_NAMES,
        states=STATE_NAMES,
        following=following,
        problem=problem,
    )


async def delivery_page(visit: Visit) -> Response:
    return await _one(visit)


async def _one(visit: Visit, status: int = 200, problem: str = "") -> Response:
    async with visit.database.read() as connection:
        row = await _found(visit, connection)
        reason = await why_no_replay(connection, visit.shop, row)
    return visit.page(
        "delivery.html",
        status,
        sections=SECTIONS,
        section=PATH,
        delivery=row,
        states=STATE_NAMES,
        topic_names=TOPIC_NAMES,
        reason="" if reason is None else visit.words.text(_NO_REPLAY[reason]),
        problem=problem,
        body=row["body"] if isinstance(row["body"], str) else bytes(row["body"]).decode("utf-8", "replace"),
    )


async def replay(visit: Visit) -> Response:
    """Sends a delivery again, unchanged. Its number of retries starts again."""
    async with visit.database.begin() as connection:
        row = await _found(visit, connection)
        reason = await why_no_replay(connection, visit.shop, row)
        if reason is None:
            await replay_deliveries(connection, visit.shop, visit.now, numbers=[row["id"]])
    if reason is not None:
        return await _one(visit, 409, visit.words.text(_NO_REPLAY[reason]))
    visit.site.wake()
    return visit.redirect(f"{PATH}/{row['id']}", "replayed")


async def _found(visit: Visit, connection: Connection) -> Row:
    number = number_in(visit.request, "delivery_id")
    return existing(await find_delivery(connection, visit.shop, number, _visible(visit)))
