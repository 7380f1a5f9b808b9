"""The GraphQL door of the Admin API: POST /admin/api/{version}/graphql.json.

In order: token → shop and app, version, body, document, variables, cost against the throttle, execution, the answer
with its extensions. Each step either goes on or answers in Shopify's form.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from abandoned_checkouts.checkouts.moment import MINUTE, SECOND, to_datetime
from abandoned_checkouts.shopify.execution.execute import Outcome, run
from abandoned_checkouts.shopify.http.callers import Callers
from abandoned_checkouts.shopify.http.error_bodies import BAD_REQUEST, METHOD_NOT_ALLOWED, NOT_FOUND, UNAUTHORIZED
from abandoned_checkouts.shopify.http.graphql_request import Incoming, reply
from abandoned_checkouts.shopify.http.request_id import new_request_id
from abandoned_checkouts.shopify.http.throttling import Throttle
from abandoned_checkouts.shopify.http.transport import RefusedError, parsed_object
from abandoned_checkouts.shopify.language.cost import MAX_QUERY_COST, exceeded, extension
from abandoned_checkouts.shopify.language.document import Document, Documents, Operation
from abandoned_checkouts.shopify.language.errors.execution import internal
from abandoned_checkouts.shopify.language.input_size import oversized
from abandoned_checkouts.shopify.language.version_schema import schema_for
from abandoned_checkouts.shopify.language.versions import resolve
from abandoned_checkouts.shopify.permissions.caller_rights import Caller, CallerRights, rights_by_caller
from abandoned_checkouts.shopify.permissions.rate_limits import PLANS, RateLimit, status, throttled
from abandoned_checkouts.shopify.schema.build import graphql_schema
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.store.engine.database import Database, StoreError
from abandoned_checkouts.store.reading.snapshots import Snapshots
from abandoned_checkouts.store.tenants.access_tokens import Access

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Admin:
    """`clock` gives microseconds since 1970. `plan` is the throttle's, where the shop names none of its own."""

    database: Database
    clock: Callable[[], int]
    throttle: Throttle
    plan: RateLimit = PLANS["standard"]
    extended_search: bool = False
    strict_search: bool = False
    public_url: str = ""
    executor: str = "plan"
    allow_private_targets: bool = False
    # Where plans read; without it they read over the request's own connection.
    snapshots: Snapshots | None = None
    callers: Callers = field(init=False)
    _rights_of: Callable[[Caller], CallerRights] = field(init=False)
    _documents: dict[str, Documents] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.callers = Callers(self.database, self.clock)
        self._rights_of = rights_by_caller(self.plan)

    def routes(self) -> list[Route]:
        methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
        paths = ("/admin/api/graphql.json", "/admin/api/{version}/graphql.json")
        return [Route(path, self, methods=methods) for path in paths]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The door as an ASGI application."""
        now = self.clock()
        incoming = Incoming(scope, receive)
        request_id = new_request_id(lambda: now / SECOND)
        headers = {"x-request-id": request_id}
        status = 200
        try:
            body = await self._answer(incoming, now, headers)
        except RefusedError as refused:
            status, body = refused.error.status, orjson.dumps(refused.error.body)
        except StoreError as problem:
            log.error("request %s: %s", request_id, problem)
            body = orjson.dumps({"errors": [internal(request_id)]})
        except Exception:
            log.exception("request %s failed", request_id)
            body = orjson.dumps({"errors": [internal(request_id)]})
        await reply(send, incoming, body, headers, status)

    async def _answer(self, incoming: Incoming, now: int, headers: dict[str, str]) -> bytes:
        if incoming.method != "POST":
            raise RefusedError(METHOD_NOT_ALLOWED if incoming.method != "GET" else NOT_FOUND)
        version = _resolved(incoming.version, now // MINUTE)
        if version is None:
            raise RefusedError(NOT_FOUND)
        headers["x-shopify-api-version"] = version
        body = await incoming.body()
        access = await self.callers.access(incoming.header(b"x-shopify-access-token"), incoming.header(b"host"))
        if access is None:
            raise RefusedError(UNAUTHORIZED)
        text, variables, name = _question(incoming.header(b"content-type"), body)
        operation = self._read(version, text).operation(name)
        if not isinstance(operation, Operation):
            return orjson.dumps({"errors": operation})
        if operation.deprecations:
            headers["x-shopify-api-deprecated-reason"] = ", ".join(operation.deprecations)
        problems = operation.variables.check(variables)
        if problems:
            return orjson.dumps({"errors": problems})
        values = operation.variables.values(variables)
        too_long = oversized(operation, values)
        if too_long:
            return orjson.dumps({"errors": too_long})
        return await self._run(incoming, access, operation, values, version, now, headers)

    async def _run(
        self,
        incoming: Incoming,
        access: Access,
        operation: Operation,
        variables: Mapping[str, Any],
        version: str,
        now: int,
        headers: dict[str, str],
    ) -> bytes:
        rights, shop = self._rights_of(access), access.shop
        plan = rights.plan
        requested = operation.cost.requested(variables)
        debugged = incoming.asks(b"shopify-graphql-cost-debug") or incoming.asks(b"x-graphql-cost-include-fields")
        fields = operation.cost.fields(variables) if debugged else None
        too_dear = exceeded(requested, MAX_QUERY_COST)
        if too_dear is not None:
            # Told without the throttle's state: nothing was spent (Shopify's page of rate limits).
            return orjson.dumps({"errors": [too_dear]})
        decision = await self.throttle.spend(shop.id, access.app_id, plan, requested, now)
        if not decision.allowed:
            cost = extension(requested, None, status(decision.bucket, plan), fields)
            return orjson.dumps({"errors": [throttled()], "extensions": {"cost": cost}})
        request = Request(
            access=access,
            now=now,
            version=version,
            base=self.public_url or incoming.base(shop.domain),
            extended_search=self.extended_search or bool(access.app_settings.get("extended_search")),
            strict_search=self.strict_search or incoming.asks(b"x-strict-search"),
            debug_search=incoming.asks(b"shopify-search-query-debug"),
            database=self.database,
            allow_private_targets=self.allow_private_targets,
            hidden=rights.hidden,
        )
        try:
            outcome = await run(
                operation,
                request,
                variables,
                rights.refusals(operation.schema, now),
                headers["x-request-id"],
                self.snapshots,
                self.executor,
                explain=incoming.asks(b"x-explain-plan"),
            )
        finally:
            await request.close()
        for problem in outcome.unexpected:
            told = isinstance(problem, StoreError)
            log.error("request %s: %s", headers["x-request-id"], problem, exc_info=None if told else problem)
        actual = operation.cost.actual(variables, outcome.counts)
        bucket = decision.bucket
        if actual < requested:
            bucket = await self.throttle.refund(shop.id, access.app_id, plan, requested - actual, now)
        extensions: dict[str, Any] = {"cost": extension(requested, actual, status(bucket, plan), fields)}
        if request.search:
            extensions["search"] = request.search
        if outcome.plan is not None:
            extensions["plan"] = outcome.plan
        return written(outcome, extensions)

    def _read(self, version: str, text: str) -> Document:
        documents = self._documents.get(version)
        if documents is None:
            documents = self._documents[version] = Documents(schema_for(version, graphql_schema()))
        return documents.read(text)


def written(outcome: Outcome, extensions: Mapping[str, Any]) -> bytes:
    """`errors` before `data`, extensions last (recorded)."""
    errors = b'"errors":' + orjson.dumps(outcome.errors) + b"," if outcome.errors else b""
    return b"".join((b"{", errors, b'"data":', outcome.data, b',"extensions":', orjson.dumps(extensions), b"}"))


def _question(content_type: str, body: bytes) -> tuple[str, dict[str, Any], str | None]:
    """Document, variables and operation name; null is as absent. Raises RefusedError."""
    kind = content_type.partition(";")[0].strip().lower()
    question: dict[str, Any]
    if kind == "application/graphql":
        try:
            question = {"query": body.decode()}
        except UnicodeDecodeError:
            raise RefusedError(BAD_REQUEST) from None
    elif kind == "application/json":
        question = parsed_object(body)
    else:
        raise RefusedError(BAD_REQUEST)
    text, variables, name = question.get("query"), question.get("variables"), question.get("operationName")
    if isinstance(variables, str):
        # graphql-ruby's servers take variables as a text of JSON too.
        variables = parsed_object(variables.encode()) if variables.strip() else None
    if not isinstance(text, str) or not isinstance(variables, dict | None) or not isinstance(name, str | None):
        raise RefusedError(BAD_REQUEST)
    if not text or text.isspace():
        raise RefusedError(BAD_REQUEST)
    return text, variables or {}, name or None


@lru_cache(maxsize=256)
def _resolved(handle: str | None, minute: int) -> str | None:
    """Which version answers; it changes at full hours only."""
    return resolve(handle, to_datetime(minute * MINUTE))
