"""Events over HTTP: subscriptions, deliveries and their replay, and inbound messages that were rejected."""

import orjson
from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.checkouts.moment import MomentError, format_utc, parse_moment
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.whole_number import whole_number
from abandoned_checkouts.control.endpoint import Control, existing, number_in, object_of, respond
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.outbox.delivery_log import find_delivery, list_deliveries, replay_deliveries
from abandoned_checkouts.store.outbox.inbound_deliveries import list_rejected
from abandoned_checkouts.store.outbox.subscriptions import (
    Subscription,
    SubscriptionError,
    delete_subscription,
    find_subscription,
    subscriptions_of,
)
from abandoned_checkouts.work.subscribe import subscribe

MOST = 250
STATES = ("waiting", "delivered", "failed", "cancelled")
_MOMENTS = ("created_at", "due_at", "first_attempt_at", "finished_at", "started_at", "received_at")
_INTERNAL = ("shop_id", "claim", "body_hash", "event_id", "delivery_id")


async def list_subscriptions(request: Request, control: Control, shop: Shop) -> Response:
    """Of all three dialects, in the order they were made, without their secrets."""
    async with control.database.read() as connection:
        found = await subscriptions_of(connection, shop.id)
    return respond({"subscriptions": [_subscription(each) for each in found]})


async def create_subscription(request: Request, control: Control, shop: Shop) -> Response:
    """`{"topic": …, "address": …}`, for Wix also `"dialect": "wix", "client_id": …`.

    The answer holds what verifies the events, this once: `secret`, or `public_key` for Wix.
    """
    body = await object_of(request)
    texts = {name: body.get(name) for name in ("topic", "address", "client_id")}
    dialect = body.get("dialect", "own")
    for name, value in {**texts, "dialect": dialect}.items():
        if not isinstance(value, str) and (value is not None or name != "client_id"):
            raise RefusedError(422, f"{name}: must be a text")
    async with control.database.begin() as connection:
        try:
            made = await subscribe(
                connection,
                shop,
                dialect,
                texts["topic"] or "",
                texts["address"] or "",
                now=control.clock(),
                client_id=texts["client_id"],
                allow_http=control.allow_private,
            )
        except SubscriptionError as problem:
            raise RefusedError(422, str(problem)) from None
        found = await find_subscription(connection, shop, made.id)
    assert found is not None
    verified_by = "public_key" if made.dialect == "wix" else "secret"
    return respond({"subscription": {**_subscription(found), verified_by: made.secret}}, 201)


async def unsubscribe(request: Request, control: Control, shop: Shop) -> Response:
    """What was still to be sent for it is not sent."""
    async with control.database.begin() as connection:
        found = existing(await find_subscription(connection, shop, number_in(request, "subscription_id")))
        await delete_subscription(connection, shop.id, found.dialect, found.id, control.clock())
    return respond({})


async def list_log(request: Request, control: Control, shop: Shop) -> Response:
    """Newest first. `state`, `topic` and `since` narrow; `limit` and `before`, the last id of a page, turn pages."""
    parameters = request.query_params
    state, since = parameters.get("state"), parameters.get("since")
    if state is not None and state not in STATES:
        raise RefusedError(422, f"state: can be {', '.join(STATES)}")
    try:
        moment = None if since is None else parse_moment(since, shop.timezone)
    except MomentError as problem:
        raise RefusedError(422, f"since: {problem}") from None
    limit, before = _limit(request), _positive(request, "before")
    async with control.database.read() as connection:
        rows = await list_deliveries(
            connection, shop, state=state, topic=parameters.get("topic"), since=moment, before=before, limit=limit
        )
    return respond({"deliveries": [_shown(row) for row in rows]})


async def show(request: Request, control: Control, shop: Shop) -> Response:
    """One delivery whole: headers without the signature, body, every attempt with the answer's beginning."""
    async with control.database.read() as connection:
        return respond({"delivery": _shown(await _known(connection, shop, request))})


async def replay(request: Request, control: Control, shop: Shop) -> Response:
    """Send it once more, unchanged and under the same ids, with all its retries before it."""
    async with control.database.begin() as connection:
        row = await _known(connection, shop, request)
        if row["state"] == "waiting":
            raise RefusedError(409, "It waits to be sent already.")
        if not row["body"]:
            raise RefusedError(409, "What it told has been erased.")
        if await find_subscription(connection, shop, row["subscription_id"]) is None:
            raise RefusedError(409, "Its subscription has been removed, so nothing would sign it.")
        await replay_deliveries(connection, shop, control.clock(), numbers=[row["id"]])
        row = await _known(connection, shop, request)
    return respond({"delivery": _shown(row)}, 202)


async def rejected(request: Request, control: Control, shop: Shop) -> Response:
    """What a platform sent to the intake that could not be used, newest first, with the reason and the body."""
    limit = _limit(request)
    async with control.database.read() as connection:
        rows = await list_rejected(connection, shop, limit)
    return respond({"rejected": [_shown(row) for row in rows]})


async def _known(connection: Connection, shop: Shop, request: Request) -> Row:
    return existing(await find_delivery(connection, shop, number_in(request, "delivery_id")))


def _limit(request: Request) -> int:
    limit = _positive(request, "limit") or 50
    if limit > MOST:
        raise RefusedError(422, f"limit: can be 1 to {MOST}")
    return limit


def _positive(request: Request, name: str) -> int | None:
    """A number of the query, from 1. Raises RefusedError."""
    text = request.query_params.get(name)
    if text is None:
        return None
    number = whole_number(text)
    if not number:
        raise RefusedError(422, f"{name}: must be a number from 1")
    return number


def _subscription(found: Subscription) -> Json:
    return {
        "id": found.id,
        "dialect": found.dialect,
        "topic": found.topic,
        "address": found.address,
        "client_id": found.app_id if found.dialect == "wix" else None,
        "created_at": format_utc(found.created_at),
    }


def _shown(row: Row) -> Json:
    """With moments in UTC, and without what only the store knows."""
    shown: Json = {}
    # The store's names are a kind of text of their own, which JSON writers refuse.
    for name, value in ((str(key), value) for key, value in row.items()):
        if name == "attempts_made":
            shown[name] = [_shown(attempt) for attempt in value]
        elif name == "headers":
            shown[name] = orjson.loads(value)
        elif name not in _INTERNAL:
            shown[name] = format_utc(value) if name in _MOMENTS and value is not None else value
    return shown
