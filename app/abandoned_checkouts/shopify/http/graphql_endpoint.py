"""The GraphQL endpoint of the Admin API: POST /admin/api/{version}/graphql.json, or /graphql for GraphQL over HTTP.

The steps are: version, body, token → shop and app, document, variables, cost and rate limit, execution, response with
extensions. A step that fails ends the request with an error in Shopify's form. /graphql.json responds to every document
with status 200. /graphql responds with the status of the error to clients that accept
application/graphql-response+json.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import orjson
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from abandoned_checkouts.checkouts.caches import cached_texts
from abandoned_checkouts.checkouts.moment import MINUTE, Clock, to_datetime
from abandoned_checkouts.checkouts.reach import Reach
from abandoned_checkouts.http_kit.failures import log_failure, log_failures
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.shopify.execution.by_graphql_core import ExecutedDocument
from abandoned_checkouts.shopify.execution.execute import run
from abandoned_checkouts.shopify.execution.introspect import Introspections
from abandoned_checkouts.shopify.http.callers import ShopifyCallers
from abandoned_checkouts.shopify.http.graphql_request import AsgiRequest, Headers, packed, respond
from abandoned_checkouts.shopify.http.quick_answers import QuickAnswers
from abandoned_checkouts.shopify.http.refusals import (
    BAD_REQUEST,
    BODIES,
    INTERNAL,
    METHOD_NOT_ALLOWED,
    NOT_ACCEPTABLE,
    NOT_FOUND,
    TOO_MANY_REQUESTS,
    UNAUTHORIZED,
    UNSUPPORTED_CONTENT_TYPE,
)
from abandoned_checkouts.shopify.http.request_id import new_request_id
from abandoned_checkouts.shopify.http.throttling import Throttle
from abandoned_checkouts.shopify.http.transport import JSON, refusal_body
from abandoned_checkouts.shopify.language.cost import MAX_QUERY_COST, exceeded, extension
from abandoned_checkouts.shopify.language.document import Document, Operation
from abandoned_checkouts.shopify.language.document_cache import Documents
from abandoned_checkouts.shopify.language.errors.execution import internal
from abandoned_checkouts.shopify.language.input_size import oversized
from abandoned_checkouts.shopify.language.introspection import introspection_over_limit
from abandoned_checkouts.shopify.language.version_schema import schema_for
from abandoned_checkouts.shopify.language.versions import resolve
from abandoned_checkouts.shopify.permissions.caller_rights import CallerRights, RightsByCaller
from abandoned_checkouts.shopify.permissions.rate_limits import PLANS, RateLimit, status, throttled
from abandoned_checkouts.shopify.schema.build import graphql_schema
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.store.engine.database import Database, StoreError
from abandoned_checkouts.store.reading.snapshots import PostgresqlSnapshots, Snapshots, SqliteSnapshots
from abandoned_checkouts.store.tenants.access_tokens import Access
from abandoned_checkouts.telemetry.current import RequestRecord, current_request, note_cost

# For the documents of each version, with their plans.
DOCUMENTS_BYTES = 6 * 2**20


@dataclass(slots=True)
class GraphqlEndpoint:
    """`clock` returns microseconds since 1970. `plan` is the rate limit of shops without a plan in their settings."""

    database: Database
    clock: Clock
    throttle: Throttle
    plan: RateLimit = PLANS["standard"]
    extended_search: bool = False
    strict_search: bool = False
    public_url: str = ""
    executor: str = "plan"
    reach: Reach = Reach.PUBLIC
    # The connections that plans read from. Without them, plans use the request's own connection.
    snapshots: Snapshots | None = None
    callers: ShopifyCallers = field(init=False)
    _rights_of: RightsByCaller = field(init=False)
    _documents: dict[str, Documents] = field(default_factory=dict)
    _introspections: Introspections = field(default_factory=Introspections)
    _quick: QuickAnswers | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        mark = self.snapshots.change_mark if isinstance(self.snapshots, SqliteSnapshots) else None
        self.callers = ShopifyCallers(self.database, self.clock, mark)
        self._rights_of = RightsByCaller(self.plan)
        if self.executor == "plan" and isinstance(self.snapshots, SqliteSnapshots | PostgresqlSnapshots):
            self._quick = QuickAnswers(self.callers, self.throttle, self.snapshots, self._request)

    def cache_sizes(self) -> dict[str, int]:
        """About how many bytes the caches of the endpoint take."""
        return {
            "documents and plans": sum(documents.bytes for documents in self._documents.values()),
            "introspections": self._introspections.size,
            "rights of callers": self._rights_of.bytes,
            "known callers": 0 if self._quick is None else self._quick.size,
        }

    def routes(self) -> list[Route]:
        methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
        return [
            Route(f"/admin/api/{version}{name}", self, methods=methods)
            for version in ("", "{version}/")
            for name in ("graphql.json", "graphql")
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The endpoint as an ASGI application."""
        now = self.clock()
        request = AsgiRequest(scope, receive)
        request_id = new_request_id(now)
        headers: Headers = [(b"x-request-id", request_id.encode())]
        media_type = request.media_type
        if media_type is None:
            return await respond(send, request, refusal_body(NOT_ACCEPTABLE), headers, NOT_ACCEPTABLE.status)
        try:
            status, body = await self._respond(request, now, headers, request_id)
        except RefusedError as refused:
            if refused.refusal.status == METHOD_NOT_ALLOWED.status:
                headers.append((b"allow", b"POST"))
            refused_body = refusal_body(refused.refusal)
            return await respond(send, request, refused_body, headers, refused.refusal.status)
        except Exception as problem:
            log_failure(request_id, problem)
            status, body = INTERNAL.status, orjson.dumps({"errors": [internal(request_id)]})
        await respond(send, request, body, headers, 200 if media_type == JSON else status, media_type)
        return None

    def at_once(self, scope: Scope, body: bytes, record: RequestRecord | None) -> tuple[bytes, Headers] | None:
        """The body and headers of a response with status 200 that needs no waiting, as `__call__` would send them. None
        if there is none; then nothing has changed. `scope` needs path, scheme, headers, and the method POST."""
        request = AsgiRequest(scope, _nothing)
        if self._quick is None or request.is_standard or b"x-forwarded-proto" in request.headers:
            # uvicorn reads that header for `__call__`, and decides whether it is to be trusted.
            return None
        now = self.clock()
        found = self._quick.answer(request, body, now, record)
        if found is None:
            return None
        answer, version = found
        request_id = new_request_id(now)
        if record is not None:
            record.request_id = request_id
        return packed(
            request, answer, [(b"x-request-id", request_id.encode()), (b"x-shopify-api-version", version.encode())]
        )

    async def _respond(self, http: AsgiRequest, now: int, headers: Headers, request_id: str) -> tuple[int, bytes]:
        """The body of the response, and its status by GraphQL over HTTP. Raises RefusedError."""
        if http.method != "POST":
            raise RefusedError(*(NOT_FOUND if http.method == "GET" and not http.is_standard else METHOD_NOT_ALLOWED))
        version = _resolved(http.version, now // MINUTE)
        if version is None:
            raise RefusedError(*NOT_FOUND)
        headers.append((b"x-shopify-api-version", version.encode()))
        body = await http.body()
        if self._quick is not None:
            record = current_request.get()
            found = self._quick.answer(http, body, now, record)
            if found is not None:
                return 200, found[0]
            soon = await self._quick.answer_soon(http, body, now, record)
            if soon is not None:
                return 200, soon
        access = await self.callers.access(*http.credentials)
        if access is None:
            raise RefusedError(*UNAUTHORIZED)
        text, variables, name = _graphql_request(http.header(b"content-type"), body)
        operation = self._read(version, text).operation(name)
        if not isinstance(operation, Operation):
            return _failed(operation)
        record = current_request.get()
        if record is not None:
            record.operation = operation.logged_name
        if operation.deprecations:
            reasons = ", ".join(operation.deprecations)
            headers.append((b"x-shopify-api-deprecated-reason", reasons.encode("latin-1")))
        problems = operation.variables.check(variables)
        if problems:
            return _failed(problems)
        values = operation.variables.values(variables)
        too_long = oversized(operation, values)
        if too_long:
            return _failed(too_long)
        too_large = introspection_over_limit(operation, values)
        if too_large:
            return _failed(too_large)
        return await self._run(http, access, operation, values, version, now, request_id)

    async def _run(
        self,
        http: AsgiRequest,
        access: Access,
        operation: Operation,
        variables: Mapping[str, object],
        version: str,
        now: int,
        request_id: str,
    ) -> tuple[int, bytes]:
        rights, shop = self._rights_of(access), access.shop
        plan = rights.plan
        requested = operation.cost.requested(variables)
        is_debugged = http.is_on(b"shopify-graphql-cost-debug") or http.is_on(b"x-graphql-cost-include-fields")
        fields = operation.cost.fields(variables) if is_debugged else None
        too_expensive = exceeded(requested, MAX_QUERY_COST)
        if too_expensive is not None:
            # No points were spent, so the response has no throttle status (Shopify's page of rate limits).
            return _failed([too_expensive])
        decision = await self.throttle.spend(shop.id, access.app_id, plan, requested, now)
        if not decision.allowed:
            note_cost(requested, None)
            cost = extension(requested, None, status(decision.bucket, plan), fields)
            body = orjson.dumps({"errors": [throttled()], "extensions": {"cost": cost}})
            return TOO_MANY_REQUESTS.status, body
        request = self._request(http, access, rights, version, now)
        request.may_be_behind = not operation.is_mutation

        async def execute() -> ExecutedDocument:
            try:
                return await run(
                    operation,
                    request,
                    variables,
                    rights.refusals(operation.schema, now),
                    request_id,
                    self.snapshots,
                    self.executor,
                    explain=http.is_on(b"x-explain-plan"),
                    introspections=self._introspections,
                )
            finally:
                await request.close()

        try:
            outcome = await execute()
            is_lost = request.lost_replica(outcome.unexpected)
        except StoreError as problem:
            is_lost = request.lost_replica([problem])
            if not is_lost:
                raise
        if is_lost:
            request = request.restarted()
            outcome = await execute()
        if outcome.unexpected:
            log_failures(request_id, outcome.unexpected)
        actual = operation.cost.actual(variables, outcome.counts)
        note_cost(requested, actual)
        bucket = decision.bucket
        if actual < requested:
            bucket = await self.throttle.refund(shop.id, access.app_id, plan, requested - actual, now)
        extensions: dict[str, object] = {"cost": extension(requested, actual, status(bucket, plan), fields)}
        if request.search:
            extensions["search"] = request.search
        if outcome.plan is not None:
            extensions["plan"] = outcome.plan
        if outcome.is_planned and self._quick is not None:
            self._quick.remember(http, access, rights, version, self._documents[version], now)
        return 200, response_body(outcome, extensions)

    def _request(self, http: AsgiRequest, access: Access, rights: CallerRights, version: str, now: int) -> Request:
        """The context of a request."""
        shop, headers = access.shop, http.headers
        return Request(
            access=access,
            now=now,
            version=version,
            base=self.public_url or http.base(shop.domain),
            extended_search=self.extended_search
            or bool(access.app_settings.get("extended_search") or shop.settings.get("extended_search")),
            strict_search=self.strict_search or (b"x-strict-search" in headers and http.is_on(b"x-strict-search")),
            debug_search=b"shopify-search-query-debug" in headers and http.is_on(b"shopify-search-query-debug"),
            database=self.database,
            reach=self.reach,
            hidden=rights.hidden,
        )

    def _read(self, version: str, text: str) -> Document:
        documents = self._documents.get(version)
        if documents is None:
            schema = schema_for(version, graphql_schema())
            documents = self._documents[version] = Documents(schema, max_bytes=DOCUMENTS_BYTES)
        return documents.read(text)


async def _nothing() -> Message:
    """The rest of a body that has been read."""
    return {"type": "http.disconnect"}


def _failed(errors: Sequence[object]) -> tuple[int, bytes]:
    """The status and body for a document that is invalid or too expensive."""
    return BAD_REQUEST.status, orjson.dumps({"errors": errors})


def response_body(outcome: ExecutedDocument, extensions: Mapping[str, object]) -> bytes:
    """`errors` before `data`, extensions last (recorded)."""
    errors = b'"errors":' + orjson.dumps(outcome.errors) + b"," if outcome.errors else b""
    return b"".join((b"{", errors, b'"data":', outcome.data, b',"extensions":', orjson.dumps(extensions), b"}"))


def _graphql_request(content_type: str, body: bytes) -> tuple[str, dict[str, object], str | None]:
    """The document, the variables and the operation name. Null is the same as missing. Raises RefusedError."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind != "application/json":
        raise RefusedError(*UNSUPPORTED_CONTENT_TYPE)
    request = BODIES.json_object(body)
    text, variables, name = request.get("query"), request.get("variables"), request.get("operationName")
    if isinstance(variables, str):
        # graphql-ruby's servers accept variables as a string of JSON, too.
        variables = BODIES.json_object(variables.encode()) if variables.strip() else None
    if not isinstance(text, str) or not (variables is None or isinstance(variables, dict)):
        raise RefusedError(*BAD_REQUEST)
    if not (name is None or isinstance(name, str)):
        raise RefusedError(*BAD_REQUEST)
    if not text or text.isspace():
        raise RefusedError(*BAD_REQUEST)
    return text, variables or {}, name or None


@cached_texts(256, 64)
def _resolved(handle: str | None, minute: int) -> str | None:
    """The version for a handle. Cached by the minute; versions change only on the hour."""
    return resolve(handle, to_datetime(minute * MINUTE))
