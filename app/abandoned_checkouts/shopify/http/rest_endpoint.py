"""The REST endpoints that older clients use: checkouts, their count, the shop, a token's scopes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from abandoned_checkouts.access.approvals import AppKind, Protected, approvals_of
from abandoned_checkouts.access.endpoints import Endpoint
from abandoned_checkouts.access.rules import Action, Data, Reason, refused, rule_of
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.checkouts.moment import Clock, format_local, to_datetime
from abandoned_checkouts.checkouts.recovery_link import recovery_link
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.http_kit.failures import log_failure
from abandoned_checkouts.http_kit.refusal import HttpRefusal, RefusedError
from abandoned_checkouts.shopify.formats.to_rest.checkout import checkout_to_rest
from abandoned_checkouts.shopify.http.callers import ShopifyCallers
from abandoned_checkouts.shopify.http.refusals import (
    INTERNAL,
    NO_ACCESS,
    NOT_APPROVED,
    NOT_FOUND,
    TOO_MANY_REQUESTS,
    UNAUTHORIZED,
    requires_approval,
)
from abandoned_checkouts.shopify.http.request_id import new_request_id
from abandoned_checkouts.shopify.http.rest_paging import ParameterError, RestPage, parse_page
from abandoned_checkouts.shopify.http.throttling import Throttle
from abandoned_checkouts.shopify.http.transport import refuse, respond
from abandoned_checkouts.shopify.language.versions import resolve
from abandoned_checkouts.shopify.permissions.protected_json import redacted
from abandoned_checkouts.shopify.permissions.rate_limits import RateLimit
from abandoned_checkouts.store.checkouts.load import load_known
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.reading.pages import Position
from abandoned_checkouts.store.reading.shop_rows import count_of, window_of
from abandoned_checkouts.store.tenants.access_tokens import Access
from abandoned_checkouts.telemetry.current import note_operation

# Shopify's rate limit for REST: 40 calls, of which two are restored per second.
CALLS = RateLimit(restore_rate=2, maximum_available=40)

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

# The keys of the shop that are null for a token without scopes.
_SHOP_CONTACT = (
    *("email", "customer_email", "shop_owner", "phone", "address1", "address2", "city", "zip", "latitude"),
    *("longitude", "province", "province_code"),
)

# Called after the checks of token, scope and rate limit. Returns the body, and can add response headers.
RestHandler = Callable[[Request, Access, Connection, dict[str, str]], Awaitable[Json]]


@dataclass(slots=True)
class RestEndpoints:
    """`clock` returns microseconds. Calls use other buckets than GraphQL."""

    database: Database
    clock: Clock
    callers: ShopifyCallers
    throttle: Throttle
    public_url: str = ""

    def routes(self) -> list[Route]:
        endpoints = {
            "checkouts.json": self._endpoint(Data.CHECKOUTS, self._checkouts),
            "checkouts/count.json": self._endpoint(Data.CHECKOUTS, self._count),
            "shop.json": self._endpoint(Data.PUBLIC, self._shop),
        }
        return [
            *(Route(f"/admin/api/{{version}}/{path}", each, methods=["GET"]) for path, each in endpoints.items()),
            *(Route(f"/admin/{path}", each, methods=["GET"]) for path, each in endpoints.items()),
            Route("/admin/oauth/access_scopes.json", self._endpoint(Data.PUBLIC, self._scopes), methods=["GET"]),
            # Every other path of the API gets a refusal in the API's form.
            Route("/admin/api/{path:path}", self._not_found, methods=METHODS),
        ]

    def _endpoint(self, data: Data, handler: RestHandler) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(http: Request) -> Response:
            now = self.clock()
            headers = {"x-request-id": new_request_id(now)}
            try:
                body = await self._authorized(http, data, handler, now, headers)
            except RefusedError as refused:
                return refuse(http, refused.refusal, headers)
            except ParameterError as problem:
                return refuse(http, HttpRefusal(400, {problem.name: problem.problem}), headers)
            except Exception as problem:
                log_failure(headers["x-request-id"], problem)
                return refuse(http, INTERNAL, headers)
            return respond(http, orjson.dumps(body), headers)

        return endpoint

    async def _not_found(self, http: Request) -> Response:
        return refuse(http, NOT_FOUND, {"x-request-id": new_request_id(self.clock())})

    async def _authorized(
        self, http: Request, data: Data, handler: RestHandler, now: int, headers: dict[str, str]
    ) -> Json:
        """The handler's body. Raises RefusedError if the version does not exist, the caller must not read the data, or
        the rate limit is reached."""
        note_operation(handler.__name__.strip("_"))
        version = resolve(http.path_params.get("version"), to_datetime(now))
        if version is None:
            raise RefusedError(*NOT_FOUND)
        headers["x-shopify-api-version"] = version
        access = await self.callers.of(http)
        if access is None:
            raise RefusedError(*UNAUTHORIZED)
        refusal = _refusal(access, data)
        if refusal is not None:
            raise RefusedError(*refusal)
        decision = await self.throttle.spend(access.shop.id, -access.app_id, CALLS, 1, now)
        used = CALLS.maximum_available - decision.bucket.available // 1_000_000
        headers["x-shopify-shop-api-call-limit"] = f"{used}/{CALLS.maximum_available}"
        if not decision.allowed:
            headers["retry-after"] = "2.0"
            raise RefusedError(*TOO_MANY_REQUESTS)
        return await self.database.read_behind(lambda connection: handler(http, access, connection, headers))

    async def _checkouts(self, http: Request, access: Access, connection: Connection, headers: dict[str, str]) -> Json:
        shop = access.shop
        page = parse_page(http.query_params, shop.id, shop.timezone, connection.dialect.name)
        cut = await window_of(connection, page.listing, page.window)
        numbers = [row["id"] for row in cut.rows]
        known = await load_known(connection, shop, numbers)
        links = []
        if cut.has_previous:
            links.append(self._link(http, page, cut.rows[0], "previous"))
        if cut.has_next:
            links.append(self._link(http, page, cut.rows[-1], "next"))
        if links:
            headers["link"] = ", ".join(links)
        base = self._base(http, shop.domain)
        approvals, moment = approvals_of(access.app_settings), to_datetime(self.clock())
        checkouts = [redacted(_rest_checkout(known[number], shop, base), approvals, moment) for number in numbers]
        return {"checkouts": [_selected(each, http) for each in checkouts]}

    async def _count(self, http: Request, access: Access, connection: Connection, headers: dict[str, str]) -> Json:
        shop = access.shop
        page = parse_page(http.query_params, shop.id, shop.timezone, connection.dialect.name)
        return {"count": await count_of(connection, page.listing, None)}

    async def _shop(self, http: Request, access: Access, connection: Connection, headers: dict[str, str]) -> Json:
        shop = _rest_shop(access.shop)
        if refused(access, Endpoint.REST, Data.SHOP_CONTACT, Action.READ) is not None:
            shop |= dict.fromkeys(_SHOP_CONTACT)
        return {"shop": _selected(shop, http)}

    async def _scopes(self, http: Request, access: Access, connection: Connection, headers: dict[str, str]) -> Json:
        return {"access_scopes": [{"handle": scope} for scope in sorted(access.scopes)]}

    def _base(self, http: Request, default_host: str = "") -> str:
        return self.public_url or f"{http.url.scheme}://{http.headers.get('host', default_host)}"

    def _link(self, http: Request, page: RestPage, row: Row, direction: str) -> str:
        info = page.page_info(Position(row["sort_value"], row["sort_id"]), direction)
        fields = http.query_params.get("fields")
        chosen = f"&fields={quote(fields)}" if fields else ""
        return f'<{self._base(http)}{http.url.path}?limit={page.limit}{chosen}&page_info={info}>; rel="{direction}"'


def _refusal(access: Access, data: Data) -> HttpRefusal | None:
    reason = refused(access, Endpoint.REST, data, Action.READ)
    if reason is Reason.SCOPE:
        return requires_approval(rule_of(data, Action.READ).scopes[0])
    if reason is not None:
        return NO_ACCESS
    approvals = approvals_of(access.app_settings)
    if data is Data.CHECKOUTS and approvals.kind is AppKind.PUBLIC and not approvals.has(Protected.CUSTOMER_DATA):
        return NOT_APPROVED
    return None


def _selected(record: Json, http: Request) -> Json:
    """The keys in the parameter `fields`, or all keys without it."""
    keys = {key.strip() for key in http.query_params.get("fields", "").split(",")} - {""}
    return {key: value for key, value in record.items() if key in keys} if keys else record


def _rest_checkout(checkout: Checkout, shop: Shop, base: str) -> Json:
    if checkout.abandoned_checkout_url is None:
        checkout.abandoned_checkout_url = recovery_link(
            base, shop.id, checkout.cart_token, checkout.token or "", checkout.recovery_key or "", checkout.locale
        )
    return checkout_to_rest(checkout, zone=shop.timezone)


def _rest_shop(shop: Shop) -> Json:
    """The keys of Shopify's REST shop that this server has. Connectors read the currency and the time zone."""
    address = shop.address or {}
    return {
        "id": shop.id,
        "name": shop.name,
        "email": shop.email,
        "domain": shop.domain,
        "province": address.get("province"),
        "country": address.get("country_code"),
        "address1": address.get("address1"),
        "zip": address.get("zip"),
        "city": address.get("city"),
        "phone": address.get("phone"),
        "latitude": address.get("latitude"),
        "longitude": address.get("longitude"),
        "primary_locale": "en",
        "address2": address.get("address2"),
        "created_at": format_local(shop.created_at, shop.timezone),
        "updated_at": format_local(shop.updated_at, shop.timezone),
        "country_code": address.get("country_code"),
        "country_name": address.get("country"),
        "currency": shop.currency,
        "customer_email": shop.email,
        "timezone": shop.timezone,
        "iana_timezone": shop.timezone,
        "shop_owner": shop.owner_name,
        "province_code": address.get("province_code"),
        "taxes_included": shop.taxes_included,
        "myshopify_domain": shop.domain,
        "enabled_presentment_currencies": shop.presentment_currencies or [shop.currency],
        "plan_name": "basic",
    }
