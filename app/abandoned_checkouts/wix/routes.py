"""The endpoints of Wix's Abandoned Checkouts API, under /ecom/v1 and, for older versions of the SDK, under /v1.

wix_routes(database, clock, public_url="https://…") → routes for the server
"""

import asyncio
import base64
from collections.abc import Sequence
from functools import partial
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from abandoned_checkouts.access.approvals import approvals_of, shows_url
from abandoned_checkouts.checkouts.activity import ACTIVITY_TYPES, Activity
from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.checkouts.moment import Clock, to_datetime
from abandoned_checkouts.checkouts.recovery_link import recovery_link
from abandoned_checkouts.checkouts.shop_addresses import is_web_address
from abandoned_checkouts.http_kit.request_headers import address_of
from abandoned_checkouts.http_kit.responses import json_response
from abandoned_checkouts.store.checkouts.activities import append_activities
from abandoned_checkouts.store.checkouts.delete_checkouts import delete_checkouts, ids_of_uuids
from abandoned_checkouts.store.checkouts.recovery_sums import recovery_sums
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.reading.shop_rows import rows_where
from abandoned_checkouts.store.reading.snapshots import ConnectionSnapshot, Snapshots
from abandoned_checkouts.store.tenants.installations import find_site
from abandoned_checkouts.store.tenants.throttle_buckets import MemoryBuckets
from abandoned_checkouts.wix.analytics import METRICS, analytics, parse_choices, parse_days
from abandoned_checkouts.wix.callers import Permission, WixCallers
from abandoned_checkouts.wix.endpoint import CORS, SDK_HEADER, endpoint, not_found, parse_guid, read_body
from abandoned_checkouts.wix.errors import InvalidArgumentError, NotFoundError, ResourceExhaustedError, Violation
from abandoned_checkouts.wix.lists import entities_of, list_response
from abandoned_checkouts.wix.oauth import oauth_routes
from abandoned_checkouts.wix.page_request import QUERY, SEARCH, ListMethod, parse_page_request
from abandoned_checkouts.wix.rate_limit import RequestLimit
from abandoned_checkouts.wix.to_wix.checkout import STATUSES, Site

MOST_DELETED = 100
_TABLE = "abandoned_checkouts"


def wix_routes(
    database: Database,
    clock: Clock,
    *,
    public_url: str = "",
    limit: RequestLimit | None = None,
    snapshots: Snapshots | None = None,
) -> list[BaseRoute]:
    """`clock` returns microseconds since 1970. `public_url` is this server's address; the default is the Host header
    of each request.

    Without `limit`, an app can make any number of requests. Lists are read from `snapshots`, or from a connection of
    `database` without them.
    """
    limited = limit or RequestLimit(None, MemoryBuckets())
    endpoints = _Endpoints(database, clock, public_url.rstrip("/"), limited, snapshots)
    return [
        *(Mount(prefix, routes=endpoints.routes(), middleware=[CORS]) for prefix in ("/ecom/v1", "/v1")),
        *oauth_routes(database, clock),
    ]


class _Endpoints:
    def __init__(
        self, database: Database, clock: Clock, public_url: str, limit: RequestLimit, snapshots: Snapshots | None
    ) -> None:
        self._database = database
        self._clock = clock
        self._public_url = public_url
        self._limit = limit
        self._snapshots = snapshots
        self._callers = WixCallers(database, clock)

    def routes(self) -> list[BaseRoute]:
        """The first match wins, so fixed paths precede those with an id."""
        one = "/abandoned-checkout/{abandoned_checkout_id}"
        return [
            Route("/abandoned-checkout/query", endpoint(self.query), methods=["POST"]),
            Route("/abandoned-checkout/search", endpoint(self.search), methods=["POST"]),
            Route("/abandoned-checkout/get-analytics", endpoint(self.get_analytics), methods=["POST"]),
            Route("/bulk/abandoned-checkout/delete", endpoint(self.bulk_delete), methods=["POST"]),
            Route(f"{one}/redirect-to-checkout", endpoint(self.redirect), methods=["GET", "POST"]),
            Route(one, endpoint(self.get), methods=["GET"]),
            Route(one, endpoint(self.delete), methods=["DELETE"]),
            Route(
                "/abandoned-checkouts/{abandoned_checkout_id}/add-activity",
                endpoint(self.add_activity),
                methods=["POST"],
            ),
            Route("/{path:path}", not_found, methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
        ]

    async def get(self, request: Request) -> Response:
        site = await self._site(request, Permission.READ)
        find = partial(_entity, site=site, uuid=_id(request))
        entity = await self._database.read_behind(find)
        if entity is None:
            # An event may have named a checkout that the replica does not have yet.
            async with self._database.read() as connection:
                entity = await find(connection)
        if entity is None:
            raise _not_found(_id(request))
        return json_response({"abandonedCheckout": entity})

    async def query(self, request: Request) -> Response:
        return await self._list(request, QUERY)

    async def search(self, request: Request) -> Response:
        return await self._list(request, SEARCH)

    async def _list(self, request: Request, method: ListMethod) -> Response:
        site = await self._site(request, Permission.READ)
        body = await read_body(request)
        page = parse_page_request(body, method, site.shop, site.approvals)
        if self._snapshots is not None:
            steps = partial(list_response, self._snapshots.dialect, site, method, page)
            return _json(await self._snapshots.answer(steps(), short=False, restart=steps))
        async with self._database.read() as connection:
            snapshot = ConnectionSnapshot(connection, asyncio.Lock())
            return _json(await snapshot.answer(list_response(snapshot.dialect, site, method, page), short=False))

    async def get_analytics(self, request: Request) -> Response:
        site = await self._site(request, Permission.ANALYTICS)
        body = await read_body(request)
        start, end = parse_days(body, site.shop)
        metrics = parse_choices(body, "metrics", METRICS)
        statuses = parse_choices(body, "statuses", tuple(STATUSES.values()))
        sums = await self._database.read_behind(partial(recovery_sums, shop=site.shop, start=start, end=end))
        return json_response(analytics(sums, site.shop.currency, metrics, statuses))

    async def delete(self, request: Request) -> Response:
        site = await self._site(request, Permission.DELETE)
        uuid = _id(request)
        async with self._database.begin() as connection:
            found = await ids_of_uuids(connection, site.shop, [uuid])
            if not await delete_checkouts(connection, site.shop, list(found.values()), now=self._clock()):
                raise _not_found(uuid)
        return json_response({})

    async def bulk_delete(self, request: Request) -> Response:
        site = await self._site(request, Permission.DELETE)
        uuids = _ids(await read_body(request))
        async with self._database.begin() as connection:
            found = await ids_of_uuids(connection, site.shop, uuids)
            removed = await delete_checkouts(connection, site.shop, list(found.values()), now=self._clock())
        # Another request may have deleted a checkout since it was found. An id sent twice succeeds once.
        deleted = {checkout.uuid for checkout in removed}
        results = []
        for index, uuid in enumerate(uuids):
            item: Json = {"id": uuid, "originalIndex": index, "success": uuid in deleted}
            deleted.discard(uuid)
            if not item["success"]:
                item["error"] = {"code": NotFoundError.code, "description": _not_found(uuid).description}
            results.append({"itemMetadata": item})
        failures = sum(not result["itemMetadata"]["success"] for result in results)
        counts = {"totalSuccesses": len(uuids) - failures, "totalFailures": failures, "undetailedFailures": 0}
        return json_response({"results": results, "bulkActionMetadata": counts})

    async def add_activity(self, request: Request) -> Response:
        site = await self._site(request, Permission.UPDATE)
        uuid = _id(request)
        kind = (await read_body(request)).get("activityType")
        if not isinstance(kind, str) or kind not in ACTIVITY_TYPES:
            raise InvalidArgumentError(Violation("activityType", f"Expected one of {', '.join(ACTIVITY_TYPES)}"))
        now = self._clock()
        async with self._database.begin() as connection:
            checkout_id = (await ids_of_uuids(connection, site.shop, [uuid])).get(uuid)
            activity: Activity = {"activity_type": kind, "created_at": now}
            row = None
            if checkout_id is not None:
                row = await append_activities(connection, site.shop, checkout_id, [activity], now=now)
            if row is None:
                raise _not_found(uuid)
            [entity] = await _entities(connection, site, [row])
        return json_response({"abandonedCheckout": entity})

    async def redirect(self, request: Request) -> Response:
        """Needs no token, because buyers open the link from a mail. Browsers are redirected; the SDK receives the
        location as JSON."""
        uuid = _id(request)
        site_id = parse_guid(request.query_params.get("metasiteId"), "metasiteId")
        address = self._address(request)
        async with self._database.read() as connection:
            shop = await find_site(connection, site_id)
            if shop is None:
                raise _not_found(uuid)
            row = await _row(connection, Site(shop, address), uuid)
        location = row["abandoned_checkout_url"]
        if not location or not is_web_address(location) or _is_own_link(location, address):
            location = recovery_link(
                address, shop.id, row["cart_token"], row["token"], row["recovery_key"], row["locale"]
            )
        if SDK_HEADER not in request.headers:
            return RedirectResponse(location, 302, {"cache-control": "no-store"})
        headers = [{"key": "Location", "value": location}]
        return json_response({"body": base64.b64encode(b"").decode(), "statusCode": 302, "headers": headers})

    async def _site(self, request: Request, permission: Permission) -> Site:
        """The caller's site. Runs before anything else, so a rejected caller learns nothing about the site's data and
        does not hold the store's lock."""
        access = await self._callers.allowed(request.headers, permission)
        if not await self._limit.take(access.shop.id, access.app_id, self._clock()):
            raise ResourceExhaustedError("too many requests in this minute; try again in the next minute")
        approvals = approvals_of(access.app_settings)
        return Site(access.shop, self._address(request), approvals, shows_url(approvals, to_datetime(self._clock())))

    def _address(self, request: Request) -> str:
        return address_of(request, self._public_url)


def _id(request: Request) -> str:
    return parse_guid(request.path_params["abandoned_checkout_id"], "abandonedCheckoutId")


def _ids(body: Json) -> list[str]:
    guids = body.get("abandonedCheckoutIds")
    if not isinstance(guids, list) or not 1 <= len(guids) <= MOST_DELETED:
        size = len(guids) if isinstance(guids, list) else 0
        raise InvalidArgumentError(
            Violation("abandonedCheckoutIds", f"has size {size}, expected 1 to {MOST_DELETED}", "INVALID_SIZE")
        )
    return [parse_guid(value, f"abandonedCheckoutIds[{index}]") for index, value in enumerate(guids)]


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json")


async def _entities(connection: Connection, site: Site, rows: Sequence[Row]) -> list[Json]:
    return await ConnectionSnapshot(connection, asyncio.Lock()).answer(entities_of(site, rows), short=True)


async def _entity(connection: Connection, site: Site, uuid: str) -> Json | None:
    rows = await rows_where(connection, _TABLE, site.shop.id, "uuid", [uuid])
    return (await _entities(connection, site, rows))[0] if rows else None


async def _row(connection: Connection, site: Site, uuid: str) -> Row:
    rows = await rows_where(connection, _TABLE, site.shop.id, "uuid", [uuid])
    if not rows:
        raise _not_found(uuid)
    return rows[0]


def _not_found(uuid: str) -> NotFoundError:
    return NotFoundError(f"abandoned checkout {uuid} not found")


def _is_own_link(location: str, address: str) -> bool:
    """Whether a checkout's link leads to this endpoint. Such links come from imports of our own exports; redirecting
    to one would loop."""
    target, server = urlsplit(location), urlsplit(address)
    return target.netloc == server.netloc and target.path.endswith("/redirect-to-checkout")
