"""Endpoints for events: subscriptions, deliveries and their replay, and rejected inbound webhooks."""

from functools import partial

import orjson
from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.checkouts.moment import MomentError, format_utc, parse_moment
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.whole_number import whole_number
from abandoned_checkouts.config import variable
from abandoned_checkouts.control.endpoint import (
    NOT_FOUND,
    Control,
    caller_in,
    existing,
    is_merchants,
    number_in,
    object_of,
    owns,
    respond,
)
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.outbox.compliance import targets_of
from abandoned_checkouts.store.outbox.delivery_log import Visible, find_delivery, list_deliveries, replay_deliveries
from abandoned_checkouts.store.outbox.inbound_deliveries import list_rejected
from abandoned_checkouts.store.outbox.subscriptions import (
    Subscription,
    SubscriptionError,
    delete_subscription,
    find_subscription,
    subscriptions_of,
)
from abandoned_checkouts.store.tenants.installations import installation_of
from abandoned_checkouts.work.subscribe import ForbiddenAddressError, subscribe

MAX_LIMIT = 250
_FOR_TESTS = (
    f"For tests, {variable('allow_private_targets')}=true allows addresses of this machine, of private networks and "
    "without TLS. A twin on a loopback address may send to this machine."
)
# Why a delivery is not sent again.
QUEUED = "This delivery is already queued."
NO_DATA = "Cannot replay: the event's data was erased."
NO_SUBSCRIPTION = "Cannot replay: the subscription was deleted."
STATES = ("waiting", "delivered", "failed", "cancelled")
_MOMENTS = ("created_at", "due_at", "first_attempt_at", "finished_at", "started_at", "received_at")
_INTERNAL = ("owner_id", "shop_id", "claim", "body_hash", "event_id", "delivery_id", "traceparent")


async def list_subscriptions(request: Request, control: Control, shop: Shop) -> Response:
    """Lists the caller's subscriptions in all three formats, in the order of their creation, without secrets."""
    async with control.database.read() as connection:
        found = await subscriptions_of(connection, shop.id)
    access = caller_in(request)
    return respond({"subscriptions": [_subscription_json(each) for each in found if owns(access, each.owner_id)]})


async def create_subscription(request: Request, control: Control, shop: Shop) -> Response:
    """Creates a subscription. The body is `{"topic": …, "address": …}`, for Wix also `"dialect": "wix", "client_id":
    …`. Only this response includes the key that verifies the events: `secret`, or `public_key` for Wix."""
    body = await object_of(request)
    texts = {name: body.get(name) for name in ("topic", "address", "client_id")}
    dialect = body.get("dialect", "own")
    for name, value in {**texts, "dialect": dialect}.items():
        if not isinstance(value, str) and (value is not None or name != "client_id"):
            raise RefusedError(422, f"{name}: must be a string")
    access = caller_in(request)
    async with control.database.begin() as connection:
        if texts["client_id"] is not None and not is_merchants(access):
            app = await installation_of(connection, shop.id, access.app_id)
            if app is None or app.client_id != texts["client_id"]:
                raise RefusedError(
                    403, "client_id: an app can only create subscriptions for itself; use its own client id"
                )
        try:
            made = await subscribe(
                connection,
                shop,
                dialect,
                texts["topic"] or "",
                texts["address"] or "",
                now=control.clock(),
                client_id=texts["client_id"],
                reach=control.reach,
                owner_id=access.app_id,
            )
        except ForbiddenAddressError as problem:
            raise RefusedError(422, f"{problem}. {_FOR_TESTS}") from None
        except SubscriptionError as problem:
            raise RefusedError(422, str(problem)) from None
        found = await find_subscription(connection, shop, made.id)
    assert found is not None
    verified_by = "public_key" if made.dialect == "wix" else "secret"
    return respond({"subscription": {**_subscription_json(found), verified_by: made.secret}}, 201)


async def unsubscribe(request: Request, control: Control, shop: Shop) -> Response:
    """Deletes a subscription and cancels its waiting deliveries."""
    async with control.database.begin() as connection:
        found = existing(await find_subscription(connection, shop, number_in(request, "subscription_id")))
        if not owns(caller_in(request), found.owner_id):
            raise RefusedError(*NOT_FOUND)
        await delete_subscription(connection, shop.id, found.dialect, found.id, control.clock())
    return respond({})


async def list_log(request: Request, control: Control, shop: Shop) -> Response:
    """Lists deliveries, newest first. Filters: `state`, `topic`, `since`. Paging: `limit`, `before` (the last id of
    the page before)."""
    parameters = request.query_params
    state, since = parameters.get("state"), parameters.get("since")
    if state is not None and state not in STATES:
        raise RefusedError(422, f"state: must be one of {', '.join(STATES)}")
    try:
        moment = None if since is None else parse_moment(since, shop.timezone)
    except MomentError as problem:
        raise RefusedError(422, f"since: {problem}") from None
    limit, before = _limit(request), _positive(request, "before")
    rows = await control.database.read_behind(
        partial(
            list_deliveries,
            shop=shop,
            state=state,
            topic=parameters.get("topic"),
            since=moment,
            before=before,
            limit=limit,
            visible=_visible(request),
        )
    )
    return respond({"deliveries": [_as_json(row) for row in rows]})


async def show(request: Request, control: Control, shop: Shop) -> Response:
    """Returns a delivery: headers without the signature, the body, and each attempt with the start of its response."""
    async with control.database.read() as connection:
        return respond({"delivery": _as_json(await _delivery_in(connection, shop, request))})


async def replay(request: Request, control: Control, shop: Shop) -> Response:
    """Sends a delivery again, unchanged and with the same ids. Its number of retries starts again."""
    async with control.database.begin() as connection:
        row = await _delivery_in(connection, shop, request)
        problem = await why_no_replay(connection, shop, row)
        if problem is not None:
            raise RefusedError(409, problem)
        await replay_deliveries(connection, shop, control.clock(), numbers=[row["id"]])
        row = await _delivery_in(connection, shop, request)
    return respond({"delivery": _as_json(row)}, 202)


async def why_no_replay(connection: Connection, shop: Shop, row: Row) -> str | None:
    """Why a delivery cannot be sent again, or None if it can. `row` is that of find_delivery."""
    if row["state"] == "waiting":
        return QUEUED
    if not row["body"]:
        return NO_DATA
    to = (row["dialect"], row["subscription_id"])
    if all((each.dialect, each.id) != to for each in await targets_of(connection, shop.id)):
        return NO_SUBSCRIPTION
    return None


async def rejected(request: Request, control: Control, shop: Shop) -> Response:
    """Lists rejected webhooks of platforms, newest first, with reason and body."""
    limit = _limit(request)
    rows = await control.database.read_behind(partial(list_rejected, shop=shop, limit=limit))
    return respond({"rejected": [_as_json(row) for row in rows]})


async def _delivery_in(connection: Connection, shop: Shop, request: Request) -> Row:
    return existing(await find_delivery(connection, shop, number_in(request, "delivery_id"), _visible(request)))


def _visible(request: Request) -> Visible:
    access = caller_in(request)
    return Visible(access.app_id, is_merchants(access))


def _limit(request: Request) -> int:
    limit = _positive(request, "limit") or 50
    if limit > MAX_LIMIT:
        raise RefusedError(422, f"limit: must be from 1 to {MAX_LIMIT}")
    return limit


def _positive(request: Request, name: str) -> int | None:
    """A positive number from the query. Raises RefusedError."""
    text = request.query_params.get(name)
    if text is None:
        return None
    number = whole_number(text)
    if not number:
        raise RefusedError(422, f"{name}: must be a whole number of at least 1")
    return number


def _subscription_json(found: Subscription) -> Json:
    return {
        "id": found.id,
        "dialect": found.dialect,
        "topic": found.topic,
        "address": found.address,
        "client_id": found.app_id if found.dialect == "wix" else None,
        "created_at": format_utc(found.created_at),
    }


def _as_json(row: Row) -> Json:
    """The row as JSON, with moments in UTC and without internal columns."""
    shown: Json = {}
    # SQLAlchemy's names are a subclass of str, which orjson does not accept as keys.
    for name, value in ((str(key), value) for key, value in row.items()):
        if name == "attempts_made":
            shown[name] = [_as_json(attempt) for attempt in value]
        elif name == "headers":
            shown[name] = orjson.loads(value)
        elif name not in _INTERNAL:
            shown[name] = format_utc(value) if name in _MOMENTS and value is not None else value
    return shown
