"""Flows over HTTP: list, create, replace, turn on and off, delete."""

import asyncio
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.automations.flow import DEFAULT
from abandoned_checkouts.automations.flow_errors import FlowError
from abandoned_checkouts.automations.parse_flows import parse_flows
from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.checkouts.moment import format_utc
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.whole_number import whole_number
from abandoned_checkouts.control.endpoint import BODIES, Control, caller_in, existing, number_in, object_of, respond
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.flows import (
    delete_flow,
    ensure_default_flow,
    find_flow,
    list_flows,
    set_flow_active,
)
from abandoned_checkouts.store.search.checkout_fields import checkout_fields
from abandoned_checkouts.work.dry_run import MOST_DAYS, dry_run
from abandoned_checkouts.work.flow_report import flow_report
from abandoned_checkouts.work.flow_warnings import flow_warnings
from abandoned_checkouts.work.store_flow import store_flow

_FIELDS = checkout_fields(extended=True)


async def list_all(request: Request, control: Control, shop: Shop) -> Response:
    """Lists the flows. Creates the default flow, turned off, if the shop has none."""
    async with control.database.begin() as connection:
        await ensure_default_flow(connection, shop, DEFAULT, control.clock())
        return respond({"flows": [_flow_json(row) for row in await list_flows(connection, shop)]})


async def show(request: Request, control: Control, shop: Shop) -> Response:
    """Returns a flow."""
    async with control.database.read() as connection:
        return respond({"flow": _flow_json(await _flow_in(connection, shop, request))})


async def report(request: Request, control: Control, shop: Shop) -> Response:
    """Returns the report of a flow: compares the purchases of people who received the flow's mails with the held-out
    group."""
    async with control.database.read() as connection:
        row = await _flow_in(connection, shop, request)
    found = await control.database.read_behind(partial(flow_report, shop=shop, row=row, now=control.clock()))
    return respond({"report": found})


async def dry_run_flow(request: Request, control: Control, shop: Shop) -> Response:
    """Returns the steps that the flow would have done in the last `days` (30), with the reasons. Nothing is sent or
    written."""
    days = whole_number(request.query_params.get("days", "30"))
    if days is None or not 1 <= days <= MOST_DAYS:
        raise RefusedError(422, f"days: must be a whole number from 1 to {MOST_DAYS}")
    async with control.database.read() as connection:
        row = await _flow_in(connection, shop, request)
    run = partial(dry_run, shop=shop, row=row, days=days, now=control.clock())
    return respond({"dry_run": await control.database.read_behind(run)})


async def create(request: Request, control: Control, shop: Shop) -> Response:
    """Creates a flow, turned off. The body is the flow in JSON or YAML. The response warns as that of `PATCH` does."""
    definition = await _definition(request)
    async with control.database.begin() as connection:
        if await find_flow(connection, shop, str(definition["name"])) is not None:
            raise RefusedError(422, f"name: a flow {definition['name']!r} already exists")
        row = await store_flow(connection, shop, definition, now=control.clock(), owner_id=caller_in(request).app_id)
        stored = await _with_warning(connection, control, shop, row)
    return respond(stored, 201)


async def replace(request: Request, control: Control, shop: Shop) -> Response:
    """Replaces a flow."""
    definition = await _definition(request)
    async with control.database.begin() as connection:
        known, owner_id = await _flow_in(connection, shop, request), caller_in(request).app_id
        other = await find_flow(connection, shop, str(definition["name"]))
        if other is not None and other["id"] != known["id"]:
            raise RefusedError(422, f"name: another flow is already called {definition['name']!r}")
        row = await store_flow(connection, shop, definition, now=control.clock(), number=known["id"], owner_id=owner_id)
        stored = await _with_warning(connection, control, shop, row)
    return respond(stored)


async def turn(request: Request, control: Control, shop: Shop) -> Response:
    """Turns a flow on or off. The body is `{"active": true}` or `{"active": false}`. The response has a warning if the
    flow sends mails and there is no mail server, or if it issues discount codes and none is left."""
    active = (await object_of(request)).get("active")
    if not isinstance(active, bool):
        raise RefusedError(422, "active: must be true or false")
    async with control.database.begin() as connection:
        row = await _flow_in(connection, shop, request)
        await set_flow_active(connection, shop, row["id"], active, control.clock())
        row = {**row, "is_active": active}
        turned = await _with_warning(connection, control, shop, row) if active else {"flow": _flow_json(row)}
    return respond(turned)


async def remove(request: Request, control: Control, shop: Shop) -> Response:
    """Deletes a flow."""
    async with control.database.begin() as connection:
        row = await _flow_in(connection, shop, request)
        await delete_flow(connection, shop, row["id"], control.clock())
    return respond({})


async def _definition(request: Request) -> Json:
    try:
        text = (await BODIES.read(request)).decode()
        # In a thread, because parsing a large text takes a tenth of a second.
        found = await asyncio.to_thread(parse_flows, text, _FIELDS)
    except FlowError as problem:
        raise RefusedError(422, str(problem)) from None
    except UnicodeDecodeError:
        raise RefusedError(422, "The body is not UTF-8 text.") from None
    if len(found) != 1:
        raise RefusedError(422, "the body must contain exactly one flow")
    return found[0]


async def _with_warning(connection: Connection, control: Control, shop: Shop, row: Row) -> Json:
    """The flow, and a warning if something is missing that it needs."""
    warnings = await flow_warnings(connection, shop, row, control.has_mail_server, control.clock())
    return {"flow": _flow_json(row), **({"warning": " ".join(warnings)} if warnings else {})}


async def _flow_in(connection: Connection, shop: Shop, request: Request) -> Row:
    return existing(await find_flow(connection, shop, number_in(request, "flow_id")))


def _flow_json(row: Row) -> Json:
    return {
        "id": row["id"],
        "active": row["is_active"],
        "created_at": format_utc(row["created_at"]),
        "updated_at": format_utc(row["updated_at"]),
        "definition": row["definition"],
    }
