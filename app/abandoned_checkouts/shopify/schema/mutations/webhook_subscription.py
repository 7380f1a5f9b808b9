"""Creates, changes and deletes webhook subscriptions."""

import asyncio
import re
from collections.abc import Iterable

import orjson

from abandoned_checkouts.access.approvals import Protected, approvals_of
from abandoned_checkouts.access.rules import granted
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.shopify.formats.webhooks.filter import FilterError, check_filter
from abandoned_checkouts.shopify.formats.webhooks.topics import has_customer_data, has_xml, scope_of
from abandoned_checkouts.shopify.language.errors import user_errors
from abandoned_checkouts.shopify.language.errors.user_errors import MutationError
from abandoned_checkouts.shopify.schema.mutations.webhook_address import address_errors, is_in_cloud
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
_NAME = re.compile(r"[A-Za-z0-9_-]+")

_JSON_COLUMNS = ("include_fields", "metafield_namespaces", "metafields")


async def create(request: Request, topic: str, columns: UntypedJson) -> tuple[Row | None, list[MutationError]]:
    """`columns` are the fields present in the input."""
    values = {
        "topic": topic,
        "uri": columns.get("uri") or "",
        "format": columns.get("format") or "JSON",
        "filter": columns.get("filter"),
        "name": columns.get("name"),
        "api_version": _version(request),
        **{name: _json(columns.get(name)) for name in _JSON_COLUMNS},
    }
    async with request.begin() as connection:
        others = await webhook_subscriptions_of(connection, request.shop, request.access.app_id)
        errors = await asyncio.to_thread(_errors, request, values, others)
        if errors:
            return None, errors
        app_id = request.access.app_id
        return await add_webhook_subscription(connection, request.shop, app_id, values, now=request.now), []


async def change(request: Request, number: int | None, columns: UntypedJson) -> tuple[Row | None, list[MutationError]]:
    """Columns that are not in `columns` stay unchanged. With errors, there is no subscription (recorded)."""
    changes = {name: _json(value) if name in _JSON_COLUMNS else value for name, value in columns.items()}
    async with request.begin() as connection:
        rows = await webhook_subscriptions_of(connection, request.shop, request.access.app_id)
        row = next((row for row in rows if row["id"] == number), None)
        if row is None:
            return None, [user_errors.WEBHOOK_UNKNOWN.error()]
        others = [other for other in rows if other is not row]
        errors = await asyncio.to_thread(_errors, request, {**row, **changes}, others)
        if errors:
            return None, errors
        return await change_webhook_subscription(connection, row, changes, now=request.now), []


async def remove(request: Request, number: int | None) -> list[MutationError]:
    async with request.begin() as connection:
        rows = await webhook_subscriptions_of(connection, request.shop, request.access.app_id)
        if number is None or all(row["id"] != number for row in rows):
            return [user_errors.WEBHOOK_UNKNOWN.error()]
        await delete_subscription(connection, request.shop.id, "shopify", number, request.now)
    return []


def _errors(request: Request, subscription: Row, others: Iterable[Row]) -> list[MutationError]:
    refused = _refused(request, subscription["topic"])
    if refused is not None:
        return [refused]
    uri = subscription["uri"]
    errors = address_errors(uri, request.access.app_id, reach=request.reach)
    if subscription["format"] != "JSON":
        if is_in_cloud(uri):
            errors.append(user_errors.FORMAT_OF_CLOUD.error())
        elif not has_xml(subscription["topic"]):
            errors.append(user_errors.FORMAT_INVALID.error(format=subscription["format"].lower()))
    same = ("topic", "uri", "filter", "format", "name")
    if not errors and any(all(other[key] == subscription[key] for key in same) for other in others):
        errors.append(user_errors.ADDRESS_TAKEN.error())
    errors += _name_errors(subscription["name"], others)
    if subscription["filter"]:
        try:
            check_filter(subscription["filter"])
        except FilterError as problem:
            errors.append(user_errors.WEBHOOK_FILTER.error(problem=problem))
    return errors


def _refused(request: Request, topic: str) -> MutationError | None:
    """An app can subscribe only to topics whose objects it may read."""
    scope = scope_of(topic)
    if scope is not None and scope not in granted(request.access.scopes):
        return user_errors.TOPIC_DENIED.error()
    if has_customer_data(topic) and not approvals_of(request.access.app_settings).has(Protected.CUSTOMER_DATA):
        return user_errors.TOPIC_PROTECTED.error()
    return None


def _name_errors(name: str | None, others: Iterable[Row]) -> list[MutationError]:
    if name is None:
        return []
    errors = []
    if not name:
        errors.append(user_errors.WEBHOOK_NAME_SHORT.error())
    if len(name) > LONGEST_NAME:
        errors.append(user_errors.WEBHOOK_NAME_LONG.error())
    if not _NAME.fullmatch(name):
        errors.append(user_errors.WEBHOOK_NAME_CHARACTERS.error())
    if any(other["name"] is not None and other["name"].lower() == name.lower() for other in others):
        errors.append(user_errors.WEBHOOK_NAME_TAKEN.error())
    return errors


def _version(request: Request) -> str:
    """The version that the app chose for its webhooks; by default the request's version."""
    return str(request.access.app_settings.get("webhook_api_version") or request.version)


def _json(value: object) -> str:
    return orjson.dumps(value or []).decode()
