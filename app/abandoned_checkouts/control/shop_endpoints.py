"""Endpoints for saved searches, settings, erasure and the timeline of a checkout."""

from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.checkouts.lifecycle import rules_of, state_of
from abandoned_checkouts.checkouts.moment import format_utc
from abandoned_checkouts.checkouts.saved_search import SavedSearchError, check_saved_search
from abandoned_checkouts.checkouts.setting_values import SettingValueError
from abandoned_checkouts.checkouts.settings import OWNERS, SETTINGS, read_setting
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.control.endpoint import NOT_FOUND, Control, existing, number_in, object_of, respond
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.store.checkouts.timeline import timeline_of, with_moments
from abandoned_checkouts.store.engine.free_pages import free_pages
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.flow_facts import current_checkout
from abandoned_checkouts.store.privacy.find_person import find_person
from abandoned_checkouts.store.tenants.change_settings import change_settings
from abandoned_checkouts.store.tenants.saved_searches import (
    CHECKOUT_SEARCHES,
    add_saved_search,
    delete_saved_search,
    find_saved_search,
    is_name_taken,
    list_saved_searches,
)
from abandoned_checkouts.store.tenants.shops import ShopError
from abandoned_checkouts.work.erase import erase_and_inform


async def list_searches(request: Request, control: Control, shop: Shop) -> Response:
    """Lists saved searches for abandoned checkouts."""
    async with control.database.read() as connection:
        rows = await list_saved_searches(connection, shop, CHECKOUT_SEARCHES)
    return respond({"saved_searches": [_search_json(row) for row in rows]})


async def save_search(request: Request, control: Control, shop: Shop) -> Response:
    """Creates a saved search. The body is `{"name": …, "query": …}`."""
    body = await object_of(request)
    name, query = str(body.get("name") or ""), str(body.get("query") or "")
    try:
        check_saved_search(name, query)
    except SavedSearchError as problem:
        raise RefusedError(422, str(problem)) from None
    async with control.database.begin() as connection:
        if await is_name_taken(connection, shop, CHECKOUT_SEARCHES, name):
            raise RefusedError(422, f"name: a saved search {name!r} already exists")
        row = await add_saved_search(connection, shop, CHECKOUT_SEARCHES, name, query, now=control.clock())
    return respond({"saved_search": _search_json(row)}, 201)


async def delete_search(request: Request, control: Control, shop: Shop) -> Response:
    """Deletes a saved search."""
    async with control.database.begin() as connection:
        row = existing(await find_saved_search(connection, shop, number_in(request, "search_id")))
        if row["resource_type"] != CHECKOUT_SEARCHES:
            raise RefusedError(*NOT_FOUND)
        await delete_saved_search(connection, row)
    return respond({})


async def show_settings(request: Request, control: Control, shop: Shop) -> Response:
    """Returns the shop's settings."""
    return respond({"settings": {name: shop.settings.get(name) for name in SETTINGS if name not in OWNERS}})


async def change(request: Request, control: Control, shop: Shop) -> Response:
    """Changes settings. The body is an object of settings; null resets a setting. If one is invalid, no setting is
    changed."""
    body = await object_of(request)
    if refused_names := sorted(OWNERS & body.keys()):
        raise RefusedError(403, f"{refused_names[0]}: only the shop's owner can change it, with `shop set`")
    try:
        changes = {
            name: None if value is None and name in SETTINGS else read_setting(name, str(value))
            for name, value in body.items()
        }
    except SettingValueError as problem:
        raise RefusedError(422, str(problem)) from None
    try:
        async with control.database.begin() as connection:
            settings = await change_settings(connection, shop, changes, control.clock())
    except ShopError as problem:
        raise RefusedError(422, str(problem)) from None
    return respond({"settings": {name: settings.get(name) for name in SETTINGS if name not in OWNERS}})


async def erase(request: Request, control: Control, shop: Shop) -> Response:
    """Erases a person now and permanently. The body is `{"email": …}` or `{"customer_id": …}`."""
    body = await object_of(request)
    email, customer_id = body.get("email"), body.get("customer_id")
    by_email = isinstance(email, str) and "@" in email.strip("@")
    by_number = type(customer_id) is int and 0 < customer_id < 1 << 62
    if not (by_email or email is None) or not (by_number or customer_id is None) or email is customer_id is None:
        raise RefusedError(422, "the body must have either an email or a customer_id")
    async with control.database.begin() as connection:
        person = await find_person(connection, shop, customer_id=customer_id, email=email)
        erased = await erase_and_inform(connection, shop, person, control.clock())
    for file in erased.files:
        await control.remove_file(shop.id, file)
    if erased.has_changed:
        await free_pages(control.database)
    return respond({"erased": {"customers": erased.customers, "checkouts": erased.checkouts}})


async def timeline(request: Request, control: Control, shop: Shop) -> Response:
    """Returns the checkout's state, and by time its events, activities, mails, bounces, purchases elsewhere, tasks and
    scheduled steps."""
    number = number_in(request, "checkout_id")
    async with control.database.read() as connection:
        checkout = existing(await current_checkout(connection, shop, number))
        entries = with_moments(await timeline_of(connection, shop, checkout), checkout)
    return respond(
        {
            "state": state_of(checkout, control.clock(), rules_of(shop)),
            "timeline": [
                {
                    "at": format_utc(entry.at),
                    "kind": entry.kind,
                    "name": entry.name,
                    "note": entry.note,
                    "mail_id": entry.mail_id,
                }
                for entry in entries
            ],
        }
    )


def _search_json(row: Row) -> Json:
    return {
        "id": row["id"],
        "admin_graphql_api_id": f"gid://shopify/SavedSearch/{row['id']}",
        "name": row["name"],
        "query": row["query"],
    }
