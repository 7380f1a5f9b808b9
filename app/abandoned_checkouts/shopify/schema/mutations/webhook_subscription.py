"""What apps want to be told of: made, changed, removed."""

from collections.abc import Iterable

import orjson

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.shopify.formats.webhooks.filter import FilterError, check_filter
from abandoned_checkouts.shopify.formats.webhooks.topics import has_customer_data, scope_of
from abandoned_checkouts.shopify.language.errors import user_errors
from abandoned_checkouts.shopify.language.errors.user_errors import MutationError
from abandoned_checkouts.shopify.permissions.protected_data import Protected, approvals_of
from abandoned_checkouts.shopify.permissions.scopes import granted
from abandoned_checkouts.shopify.schema.mutations.webhook_address import wrong_address
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.outbox.subscriptions import delete_subscription
from abandoned_checkouts.store.outbox.webhook_subscriptions import (
    add_webhook_subscription,
    change_webhook_subscription,
    webhook_subscriptions_of,
)

# Shopify's changelog of 2026-02-11.
LONGEST_NAME = 50

Given = UntypedJson

_JSON_COLUMNS = ("include_fields", "metafield_namespaces", "metafields")


async def create(request: Request, topic: str, given: Given) -> tuple[Row | None, list[MutationError]]:
    """`given` holds the columns that the input named."""
    values = {
        "topic": topic,
        "uri": given.get("uri") or "",
        "format": given.get("format") or "JSON",
        "filter": given.get("filter"),
        "name": given.get("name"),
        "api_version": _version(request),
        **{name: _written(given.get(name)) for name in _JSON_COLUMNS},
    }
    async with request.begin() as connection:
        others = await webhook_subscriptions_of(connection, request.shop, request.access.app_id)
        wrong = _wrong(request, values, others)
        if wrong:
            return None, wrong
        app_id = request.access.app_id
        return await add_webhook_subscription(connection, request.shop, app_id, values, now=request.now), []


async def change(request: Request, number: int | None, given: Given) -> tuple[Row | None, list[MutationError]]:
    """What the input leaves out stays."""
    changes = {name: _written(value) if name in _JSON_COLUMNS else value for name, value in given.items()}
    async with request.begin() as connection:
        known = await webhook_subscriptions_of(connection, request.shop, request.access.app_id)
        row = next((row for row in known if row["id"] == number), None)
        if row is None:
            return None, [user_errors.WEBHOOK_UNKNOWN.told()]
        wrong = _wrong(request, {**row, **changes}, [other for other in known if other is not row])
        if wrong:
            return row, wrong
        return await change_webhook_subscription(connection, row, changes, now=request.now), []


async def remove(request: Request, number: int | None) -> list[MutationError]:
    async with request.begin() as connection:
        known = await webhook_subscriptions_of(connection, request.shop, request.access.app_id)
        if number is None or all(row["id"] != number for row in known):
            return [user_errors.WEBHOOK_UNKNOWN.told()]
        await delete_subscription(connection, request.shop.id, "shopify", number, request.now)
    return []


def _wrong(request: Request, wanted: Row, others: Iterable[Row]) -> list[MutationError]:
    refused = _refused(request, wanted["topic"])
    if refused is not None:
        return [refused]
    wrong = wrong_address(wanted["uri"], private_allowed=request.allow_private_targets)
    if wanted["format"] != "JSON":
        wrong.append(user_errors.FORMAT_INVALID.told(format=wanted["format"].lower()))
    same = ("topic", "uri", "filter", "name")
    if not wrong and any(all(other[key] == wanted[key] for key in same) for other in others):
        wrong.append(user_errors.ADDRESS_TAKEN.told())
    wrong += _wrong_name(wanted["name"], others)
    if wanted["filter"]:
        try:
            check_filter(wanted["filter"])
        except FilterError as problem:
            wrong.append(user_errors.WEBHOOK_FILTER.told(problem=problem))
    return wrong


def _refused(request: Request, topic: str) -> MutationError | None:
    """Whoever may not read a thing may not be told of it either."""
    scope = scope_of(topic)
    if scope is not None and scope not in granted(request.access.scopes):
        return user_errors.TOPIC_DENIED.told()
    if has_customer_data(topic) and not approvals_of(request.access.app_settings).has(Protected.CUSTOMER_DATA):
        return user_errors.TOPIC_PROTECTED.told()
    return None


def _wrong_name(name: str | None, others: Iterable[Row]) -> list[MutationError]:
    if name is None:
        return []
    if not name:
        return [user_errors.WEBHOOK_NAME_SHORT.told()]
    if len(name) > LONGEST_NAME:
        return [user_errors.WEBHOOK_NAME_LONG.told()]
    if not (name.isascii() and name.replace("_", "").replace("-", "").isalnum()):
        return [user_errors.WEBHOOK_NAME_CHARACTERS.told()]
    return [user_errors.WEBHOOK_NAME_TAKEN.told()] if any(other["name"] == name for other in others) else []


def _version(request: Request) -> str:
    """The version that the app chose for its webhooks, else the one that it speaks."""
    return str(request.access.app_settings.get("webhook_api_version") or request.version)


def _written(value: object) -> str:
    return orjson.dumps(value or []).decode()
