"""Answers requests that repeat by a shorter way: a known caller, a known document, and a plan that reads few rows.

Most requests are of this kind, and what they share is kept here. Everything else, and every error, is left to the
endpoint: `answer` and `answer_soon` then return None, and nothing has changed. `answer` awaits nothing, which is
possible on SQLite. On PostgreSQL, `answer_soon` awaits the statements of the plan and of the rate limit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import orjson

from abandoned_checkouts.checkouts.moment import MINUTE
from abandoned_checkouts.shopify.execution.execute import plans_for
from abandoned_checkouts.shopify.execution.plan import PlanResult, Plans
from abandoned_checkouts.shopify.http.callers import CallerKey, ShopifyCallers, caller_key
from abandoned_checkouts.shopify.http.graphql_request import AsgiRequest
from abandoned_checkouts.shopify.http.throttling import Throttle
from abandoned_checkouts.shopify.language.cost import MAX_QUERY_COST, extension
from abandoned_checkouts.shopify.language.document import Operation
from abandoned_checkouts.shopify.language.document_cache import Documents
from abandoned_checkouts.shopify.language.errors.execution import Refusal
from abandoned_checkouts.shopify.language.input_size import has_long_list, oversized
from abandoned_checkouts.shopify.permissions.caller_rights import CallerRights
from abandoned_checkouts.shopify.permissions.rate_limits import Bucket, status
from abandoned_checkouts.shopify.permissions.scopes import Coordinate
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.store.engine.actor import actor
from abandoned_checkouts.store.engine.failures import StoreError
from abandoned_checkouts.store.reading.snapshots import PostgresqlSnapshots, SqliteSnapshots
from abandoned_checkouts.store.tenants.access_tokens import Access
from abandoned_checkouts.telemetry.current import RequestRecord

# Headers that change the answer in a way that only the endpoint knows.
_SPECIAL = frozenset({b"shopify-graphql-cost-debug", b"x-graphql-cost-include-fields", b"x-explain-plan"})
_JSON = frozenset({b"application/json", b"application/json; charset=utf-8", b"application/json;charset=utf-8"})
_MOST_CALLERS = 500
# A caller with its access. One whose headers are longer than this is not kept.
_CALLER_BYTES, _LONGEST_KEY = 7_000, 1_000

# The headers that decide who calls, and which version: path, token, authorization, host.
_Key = tuple[str, bytes | None, bytes | None, bytes | None]


@dataclass(frozen=True, slots=True)
class KnownCaller:
    """What the requests of one caller to one version share, during `minute` and while `access` is that of its token."""

    access: Access
    rights: CallerRights
    refusals: Mapping[Coordinate, Refusal]
    version: str
    documents: Documents
    minute: int
    key: CallerKey


# A caller's operation with its plans, the values of its variables, and its requested cost.
_Ready: TypeAlias = tuple[KnownCaller, Operation, Plans, dict[str, object], int]


class QuickAnswers:
    """`request_of` creates the context of a request. See the module."""

    def __init__(
        self,
        callers: ShopifyCallers,
        throttle: Throttle,
        snapshots: SqliteSnapshots | PostgresqlSnapshots,
        request_of: Callable[[AsgiRequest, Access, CallerRights, str, int], Request],
    ) -> None:
        self._callers, self._throttle, self._snapshots, self._request_of = callers, throttle, snapshots, request_of
        self._known: dict[_Key, KnownCaller] = {}

    @property
    def size(self) -> int:
        """About how many bytes the known callers take."""
        return len(self._known) * _CALLER_BYTES

    def remember(
        self, http: AsgiRequest, access: Access, rights: CallerRights, version: str, documents: Documents, now: int
    ) -> None:
        """Keep what the next requests of this caller share. This request was answered."""
        if len(self._known) >= _MOST_CALLERS:
            self._known.clear()
        key, known_by = caller_key(*http.credentials), _key(http)
        known = self._known.get(known_by)
        if known is not None and known.access is access and known.rights is rights and known.minute == now // MINUTE:
            return
        if key is not None and sum([len(part) for part in known_by if part is not None]) <= _LONGEST_KEY:
            refusals = rights.refusals(documents.schema, now)
            self._known[known_by] = KnownCaller(access, rights, refusals, version, documents, now // MINUTE, key)

    def answer(
        self, http: AsgiRequest, body: bytes, now: int, record: RequestRecord | None
    ) -> tuple[bytes, str] | None:
        """The body of the response with status 200 and the version that answers, or None: see the module. `record` is
        for the log."""
        snapshots = self._snapshots
        ready = self._ready(http, body, now) if isinstance(snapshots, SqliteSnapshots) else None
        if ready is None or not isinstance(snapshots, SqliteSnapshots):
            return None
        caller, operation, plans, values, requested = ready
        access, plan = caller.access, caller.rights.plan
        shop_id, app_id = access.shop.id, access.app_id
        held = self._throttle.hold(shop_id, app_id, plan, requested, now)
        if held is None:
            return None
        request = self._request_of(http, access, caller.rights, caller.version, now)
        result = plans.run_at_once(request, values, snapshots)
        if result is None:
            self._throttle.settle(shop_id, app_id, plan, held, requested, now)
            return None
        actual = operation.cost.actual(values, result.counts)
        bucket = self._throttle.settle(shop_id, app_id, plan, held, requested - actual, now)
        return _response(ready, result, actual, bucket, record), caller.version

    async def answer_soon(self, http: AsgiRequest, body: bytes, now: int, record: RequestRecord | None) -> bytes | None:
        """The same on PostgreSQL."""
        snapshots = self._snapshots
        # Not the twin's throttle, which counts the requests that it refuses.
        is_for_this = isinstance(snapshots, PostgresqlSnapshots) and type(self._throttle) is Throttle
        ready = self._ready(http, body, now) if is_for_this else None
        if ready is None:
            return None
        caller, operation, plans, values, requested = ready
        compiled = plans.plan(values)
        if compiled is None or compiled.resolves:
            return None
        rights, throttle = caller.rights, self._throttle
        bucket_of = caller.access.shop.id, caller.access.app_id, rights.plan
        request = self._request_of(http, caller.access, rights, caller.version, now)
        request.may_be_behind = True
        # A replica is read as this caller: not until it has what the caller has written.
        actor.set(caller.access.actor)
        try:
            allowed, bucket = await throttle.spend(*bucket_of, requested, now)
            if not allowed:
                return None
            try:
                result = await plans.run(request, values, snapshots)
            finally:
                await request.close()
            if result is None:
                await throttle.refund(*bucket_of, requested, now)
                return None
            # Ids of some types have a resolver, also in a plan without resolvers. It adds its searches to the request.
            actual = operation.cost.actual(values, result.returned(operation.cost))
            result.search = [*request.search, *result.search]
            if actual < requested:
                bucket = await throttle.refund(*bucket_of, requested - actual, now)
        except StoreError:
            # The endpoint will meet the same problem, and knows what to do.
            return None
        return _response(ready, result, actual, bucket, record)

    def _ready(self, http: AsgiRequest, body: bytes, now: int) -> _Ready | None:
        """What a request needs. None if it is not of the kind that is answered here."""
        caller = self._known.get(_key(http))
        if caller is None or caller.minute != now // MINUTE or not _SPECIAL.isdisjoint(http.headers):
            return None
        if http.headers.get(b"content-type") not in _JSON or self._callers.recent(caller.key, now) is not caller.access:
            return None
        try:
            given = orjson.loads(body)
        except orjson.JSONDecodeError:
            return None
        if type(given) is not dict:
            return None
        text, variables, name = given.get("query"), given.get("variables"), given.get("operationName")
        if type(text) is not str or not (variables is None or type(variables) is dict):
            return None
        document = caller.documents.known(text)
        if document is None or not (name is None or type(name) is str):
            return None
        operation = document.operation(name)
        if type(operation) is not Operation:
            return None
        kept: tuple[object, Plans | None] | None = operation.kept.get("quick")
        plans = kept[1] if kept is not None and kept[0] is caller.refusals else _plans(operation, caller.refusals)
        values = operation.variables.simple_values(variables or {})
        if values is None or plans is None or (operation.kept["has_lists"] and has_long_list(values)):
            return None
        requested = operation.cost.requested(values)
        return None if requested > MAX_QUERY_COST else (caller, operation, plans, values, requested)


def _response(ready: _Ready, result: PlanResult, actual: int, bucket: Bucket, record: RequestRecord | None) -> bytes:
    """The body of the response. Notes the request for the log."""
    caller, operation, _, _, requested = ready
    extensions: dict[str, object] = {"cost": extension(requested, actual, status(bucket, caller.rights.plan))}
    if result.search:
        extensions["search"] = result.search
    if record is not None:
        record.shop, record.app = caller.access.shop.domain, caller.access.app_id
        record.operation = operation.logged_name
        record.requested_cost, record.cost = requested, actual
    return b"".join((b'{"data":', result.data, b',"extensions":', orjson.dumps(extensions), b"}"))


def _plans(operation: Operation, refusals: Mapping[Coordinate, Refusal]) -> Plans | None:
    """The plans of an operation, for callers with these refusals. None if the endpoint has something to add."""
    is_plain = not operation.deprecations and not oversized(operation, {})
    plans = plans_for(operation, refusals) if is_plain else None
    operation.kept["quick"], operation.kept["has_lists"] = (refusals, plans), operation.variables.has_lists
    return plans


def _key(http: AsgiRequest) -> _Key:
    get = http.headers.get
    return http.path, get(b"x-shopify-access-token"), get(b"authorization"), get(b"host")
