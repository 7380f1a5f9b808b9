"""`/__twin/shops`, `/__twin/apps` and `/__twin/tokens`: create the shops, apps and tokens of a test."""

from collections.abc import Callable

import orjson
from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.access.approvals import Protected, approvals_of
from abandoned_checkouts.access.callers import CallerKind
from abandoned_checkouts.access.rules import PERMISSIONS
from abandoned_checkouts.access.scope_names import unknown_scope
from abandoned_checkouts.access.token_calendar import refuses_lasting_tokens
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import MomentError, parse_moment
from abandoned_checkouts.checkouts.setting_values import SettingValueError
from abandoned_checkouts.checkouts.settings import SETTINGS, read_setting
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.http_kit.responses import json_response
from abandoned_checkouts.shopify.permissions.rate_limits import PLANS
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.tenants.access_tokens import TokenOwner, issue_token, owner_of
from abandoned_checkouts.store.tenants.change_settings import change_settings
from abandoned_checkouts.store.tenants.installations import Installation, installations_on
from abandoned_checkouts.store.tenants.recent_access import RecentAccess
from abandoned_checkouts.store.tenants.shops import ShopError, all_shops, create_shop, register_app
from abandoned_checkouts.twin.controls import Controls, body_of, known_keys, missing, shop_of
from abandoned_checkouts.twin.durations import DurationError, duration_of
from abandoned_checkouts.twin.nearest import nearest

_PLATFORMS = ("shopify", "wix")
# The settings that PUT /__twin/shops/{domain} can change.
SHOP_SETTINGS = ("plan", "extended_search", *SETTINGS)
_KINDS = ("admin", "custom", "public")
_ALL_SCOPES = ["write_orders", "write_customers", "write_products", "write_checkouts", "read_locations"]
_ALL_SCOPES += ["write_marketing_events", "write_customer_data_erasure"]


async def list_shops(_: Request, controls: Controls) -> Response:
    async with controls.database.read() as connection:
        return json_response({"shops": [_shop(shop) for shop in await all_shops(connection)]})


async def new_shop(request: Request, controls: Controls) -> Response:
    """`{"domain": "…"}` and, if wanted, `currency`, `timezone`, `platform`, `name`."""
    body = await body_of(request)
    known_keys(body, ("domain", "currency", "timezone", "platform", "name"))
    platform = _one_of(body, "platform", _PLATFORMS)
    try:
        async with controls.database.begin() as connection:
            shop = await create_shop(
                connection,
                str(body.get("domain") or ""),
                now=controls.clock(),
                currency=str(body.get("currency") or "USD").upper(),
                timezone=str(body.get("timezone") or "UTC"),
                platform=platform,
                name=None if body.get("name") is None else str(body["name"]),
            )
    except ShopError as problem:
        raise RefusedError(422, f"{problem}") from None
    return json_response({"shop": _shop(shop)}, 201)


async def change_shop(request: Request, controls: Controls) -> Response:
    """Change settings of a shop: `plan`, which sets its rate limits, `extended_search`, which switches the extended
    search fields on, and those of `shop set`. null resets one."""
    body = await body_of(request)
    known_keys(body, SHOP_SETTINGS)
    changes: UntypedJson = {}
    for name, value in body.items():
        try:
            if value is None:
                changes[name] = None
            elif name == "plan":
                changes[name] = _one_of(body, "plan", tuple(PLANS))
            elif name == "extended_search":
                if not isinstance(value, bool):
                    raise RefusedError(422, '"extended_search" must be true or false.')
                changes[name] = value
            else:
                changes[name] = read_setting(name, str(value))
        except SettingValueError as problem:
            raise RefusedError(422, f"{problem}") from None
    async with controls.database.begin() as connection:
        shop = await shop_of(connection, request.path_params["domain"])
        settings = await change_settings(connection, shop, changes, controls.clock())
    RecentAccess.forget_all()
    return json_response({"shop": _shop(shop), "settings": {name: settings.get(name) for name in SHOP_SETTINGS}})


async def new_app(request: Request, controls: Controls) -> Response:
    """An app with its client id and secret: `title`, `scopes`, `kind`, `approve`, `redirectUrls`,
    `createdAt`, `shop`."""
    body = await body_of(request)
    known_keys(
        body, ("shop", "title", "scopes", "kind", "approve", "redirectUrls", "clientId", "clientSecret", "createdAt")
    )
    kind = _one_of(body, "kind", _KINDS)
    approvals = _names(body, "approve", [])
    for name in approvals:
        if name not in [each.value for each in Protected]:
            raise RefusedError(422, f'"{name}" cannot be approved.{nearest(name, [each.value for each in Protected])}')
    settings = {
        "kind": kind,
        "redirect_urls": _names(body, "redirectUrls", []),
        "protected_customer_data": approvals,
    }
    secret = body.get("clientSecret")
    try:
        created = controls.clock() if body.get("createdAt") is None else parse_moment(str(body["createdAt"]))
    except MomentError as problem:
        raise RefusedError(422, f"createdAt: {problem}") from None
    async with controls.database.begin() as connection:
        shop = await shop_of(connection, body.get("shop"))
        try:
            number = await register_app(
                connection,
                shop,
                now=created,
                title=str(body.get("title") or "App"),
                client_id=None if body.get("clientId") is None else str(body["clientId"]),
                scopes=orjson.dumps(_scopes(body)).decode(),
                settings=orjson.dumps(settings).decode(),
                **({"client_secret": str(secret)} if secret else {}),
            )
        except ShopError as problem:
            raise RefusedError(409, f"{problem}") from None
        app = await _app(connection, shop, lambda each: each.app_id == number)
    return json_response(
        {
            "app": {
                "shop": shop.domain,
                "clientId": app.client_id,
                "clientSecret": app.client_secret,
                "scopes": list(app.scopes),
            }
        },
        201,
    )


async def new_token(request: Request, controls: Controls) -> Response:
    """An access token: `scopes`, and if wanted `app` (a client id), `expiresIn`, `user`, `permissions`, `shop`."""
    body = await body_of(request)
    known_keys(body, ("shop", "app", "scopes", "expiresIn", "user", "permissions"))
    now, user = controls.clock(), body.get("user")
    try:
        lasts = None if body.get("expiresIn") is None else duration_of(str(body["expiresIn"]))
    except DurationError as problem:
        raise RefusedError(422, str(problem)) from None
    if user is not None and (not isinstance(user, int) or isinstance(user, bool)):
        raise RefusedError(422, '"user" must be the id of a user, a whole number.')
    details: UntypedJson = {} if lasts is None else {"expires_at": now + lasts}
    if user is not None:
        permissions = _names(body, "permissions", list(PERMISSIONS))
        details |= {"kind": CallerKind.ONLINE, "user": {"id": user, "permissions": permissions}}
    async with controls.database.begin() as connection:
        shop = await shop_of(connection, body.get("shop"))
        if body.get("app") is not None:
            client_id = str(body["app"])
            details["app_id"] = (
                await _app(connection, shop, lambda each: each.client_id == client_id, client_id)
            ).app_id
        scopes = _scopes(body)
        token = await issue_token(connection, shop, scopes, now=now, **details)
        owner = await owner_of(connection, token)
    return json_response({"token": token, "shop": shop.domain, "scopes": scopes, **_refusal_note(owner, now)}, 201)


def _refusal_note(owner: TokenOwner | None, now: int) -> UntypedJson:
    """Why the Admin API refuses a new token. A test of this refusal needs such a token, so it can be created."""
    if owner is None or owner.expires_at is not None:
        return {}
    if not refuses_lasting_tokens(approvals_of(owner.app_settings).kind, owner.app_created_at, now):
        return {}
    return {
        "note": "The Admin API refuses this token: tokens of public apps must expire. Add, for example, "
        '"expiresIn": "1 hour".'
    }


async def _app(
    connection: Connection, shop: Shop, fits: Callable[[Installation], bool], name: str = ""
) -> Installation:
    apps = await installations_on(connection, shop)
    for app in apps:
        if fits(app):
            return app
    raise missing("app", name, [app.client_id for app in apps])


def _one_of(body: UntypedJson, key: str, names: tuple[str, ...]) -> str:
    value = body.get(key, names[0])
    if value not in names:
        raise RefusedError(422, f'"{key}" is {value!r}.{nearest(str(value), names)}')
    return str(value)


def _scopes(body: UntypedJson) -> list[str]:
    scopes = _names(body, "scopes", _ALL_SCOPES)
    problem = unknown_scope(scopes)
    if problem is not None:
        raise RefusedError(422, problem)
    return scopes


def _names(body: UntypedJson, key: str, default: list[str]) -> list[str]:
    value = body.get(key)
    if value is None:
        return list(default)
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise RefusedError(422, f'"{key}" must be a list of texts.')
    return value


def _shop(shop: Shop) -> UntypedJson:
    return {
        "domain": shop.domain,
        "name": shop.name,
        "currency": shop.currency,
        "timezone": shop.timezone,
        "platform": shop.platform,
        "siteId": shop.uuid,
        "isDemo": shop.is_demo,
    }
