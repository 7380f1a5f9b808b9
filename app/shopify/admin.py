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
from graphql import GraphQLSchema
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from app.checkouts.moment import to_datetime
from app.shopify.access import Required, denied_types, granted, refusal, required_by_field, scope_refusals
from app.shopify.caller import Callers
from app.shopify.cost import MAX_QUERY_COST, exceeded, extension
from app.shopify.document import Document, Documents, Operation
from app.shopify.errors.execution import Refusal, internal
from app.shopify.errors.http import BAD_REQUEST, METHOD_NOT_ALLOWED, NOT_FOUND, UNAUTHORIZED
from app.shopify.execute import Outcome, run
from app.shopify.input_size import oversized
from app.shopify.protected_data import Approvals, approvals_of, protected_refusals, protected_types
from app.shopify.request import Request
from app.shopify.request_id import new_request_id
from app.shopify.schema.build import graphql_schema
from app.shopify.throttle import PLANS, Plan, status, throttled
from app.shopify.throttled import Throttle
from app.shopify.transport import RefusedError, parsed_object, read_body, refuse, respond
from app.shopify.version_schema import schema_for
from app.shopify.versions import resolve
from app.store.database import Database
from app.store.snapshots import Snapshots
from app.store.tokens import Access

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Admin:
    """`clock` gives microseconds since 1970. `plan` is the throttle's, where the shop names none of its own."""

    database: Database
    clock: Callable[[], int]
    throttle: Throttle
    plan: Plan = PLANS["standard"]
    extended_search: bool = False
    strict_search: bool = False
    public_url: str = ""
    executor: str = "plan"
    allow_private_targets: bool = False
    # Where plans read; without it they read over the request's own connection.
    snapshots: Snapshots | None = None
    callers: Callers = field(init=False)
    _documents: dict[str, Documents] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.callers = Callers(self.database, self.clock)

    def routes(self) -> list[Route]:
        methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
        return [
            Route("/admin/api/graphql.json", self.answer, methods=methods),
            Route("/admin/api/{version}/graphql.json", self.answer, methods=methods),
        ]

    async def answer(self, http: HttpRequest) -> Response:
        now = self.clock()
        headers = {"x-request-id": new_request_id(lambda: now / 1_000_000)}
        try:
            return await self._answer(http, now, headers)
        except RefusedError as refused:
            return refuse(http, refused.error, headers)
        except Exception:
            log.exception("request %s failed", headers["x-request-id"])
            body = {"errors": [internal(headers["x-request-id"])]}
            return respond(http, orjson.dumps(body), headers)

    async def _answer(self, http: HttpRequest, now: int, headers: dict[str, str]) -> Response:
        if http.method != "POST":
            raise RefusedError(METHOD_NOT_ALLOWED if http.method != "GET" else NOT_FOUND)
        version = resolve(http.path_params.get("version"), to_datetime(now))
        if version is None:
            raise RefusedError(NOT_FOUND)
        headers["x-shopify-api-version"] = version
        body = await read_body(http)
        access = await self.callers.of(http)
        if access is None:
            raise RefusedError(UNAUTHORIZED)
        text, variables, name = _question(http.headers.get("content-type", ""), body)
        document = self._read(version, text)
        operation = document.operation(name)
        if not isinstance(operation, Operation):
            return respond(http, orjson.dumps({"errors": operation}), headers)
        if operation.deprecations:
            headers["x-shopify-api-deprecated-reason"] = ", ".join(operation.deprecations)
        problems = operation.variables.check(variables)
        if problems:
            return respond(http, orjson.dumps({"errors": problems}), headers)
        values = operation.variables.values(variables)
        too_long = oversized(operation, values)
        if too_long:
            return respond(http, orjson.dumps({"errors": too_long}), headers)
        return await self._run(http, access, operation, values, version, now, headers)

    async def _run(
        self,
        http: HttpRequest,
        access: Access,
        operation: Operation,
        variables: Mapping[str, Any],
        version: str,
        now: int,
        headers: dict[str, str],
    ) -> Response:
        shop, plan = access.shop, PLANS.get(access.shop.settings.get("plan", ""), self.plan)
        requested = operation.cost.requested(variables)
        fields = operation.cost.fields(variables) if _asks(http, "shopify-graphql-cost-debug") else None
        too_dear = exceeded(requested, MAX_QUERY_COST)
        if too_dear is not None:
            bucket = await self.throttle.refund(shop.id, access.app_id, plan, 0, now)
            cost = extension(requested, None, status(bucket, plan), fields)
            return respond(http, orjson.dumps({"errors": [too_dear], "extensions": {"cost": cost}}), headers)
        decision = await self.throttle.spend(shop.id, access.app_id, plan, requested, now)
        if not decision.allowed:
            cost = extension(requested, None, status(decision.bucket, plan), fields)
            return respond(http, orjson.dumps({"errors": [throttled()], "extensions": {"cost": cost}}), headers)
        held = granted(access.scopes)
        refusals = refused_fields(operation.schema, held, approvals_of(access.app_settings), now)
        request = Request(
            access=access,
            now=now,
            version=version,
            base=self.public_url or f"{http.url.scheme}://{http.headers.get('host', shop.domain)}",
            extended_search=self.extended_search or bool(access.app_settings.get("extended_search")),
            strict_search=self.strict_search or _asks(http, "x-strict-search"),
            debug_search=_asks(http, "shopify-search-query-debug"),
            database=self.database,
            allow_private_targets=self.allow_private_targets,
            hidden=hidden_types(held, approvals_of(access.app_settings)),
        )
        try:
            outcome = await run(
                operation,
                request,
                variables,
                refusals,
                headers["x-request-id"],
                self.snapshots,
                self.executor,
                explain=_asks(http, "x-explain-plan"),
            )
        finally:
            await request.close()
        for problem in outcome.unexpected:
            log.error("request %s: unexpected", headers["x-request-id"], exc_info=problem)
        actual = operation.cost.actual(variables, outcome.counts)
        bucket = decision.bucket
        if actual < requested:
            bucket = await self.throttle.refund(shop.id, access.app_id, plan, requested - actual, now)
        extensions: dict[str, Any] = {"cost": extension(requested, actual, status(bucket, plan), fields)}
        if request.search:
            extensions["search"] = request.search
        if outcome.plan is not None:
            extensions["plan"] = outcome.plan
        return respond(http, written(outcome, extensions), headers)

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
    if kind == "application/graphql":
        try:
            return body.decode(), {}, None
        except UnicodeDecodeError:
            raise RefusedError(BAD_REQUEST) from None
    if kind != "application/json":
        raise RefusedError(BAD_REQUEST)
    question = parsed_object(body)
    text, variables, name = question.get("query"), question.get("variables"), question.get("operationName")
    if isinstance(variables, str):
        # graphql-ruby's servers take variables as a text of JSON too.
        variables = parsed_object(variables.encode()) if variables.strip() else None
    if not isinstance(text, str) or not isinstance(variables, dict | None) or not isinstance(name, str | None):
        raise RefusedError(BAD_REQUEST)
    return text, variables or {}, name or None


def _asks(http: HttpRequest, header: str) -> bool:
    return http.headers.get(header, "").strip().lower() in ("1", "true")


@lru_cache(maxsize=256)
def _refused(
    schema: GraphQLSchema, held: frozenset[str], approvals: Approvals, day: int
) -> Mapping[tuple[str, str], Refusal]:
    table = protected_refusals(schema, approvals, to_datetime(day))
    return table | scope_refusals(required_by_field(schema), held)


def refused_fields(
    schema: GraphQLSchema, held: frozenset[str], approvals: Approvals, now: int
) -> Mapping[tuple[str, str], Refusal]:
    """The fields that a caller may not read; the rules change at midnight UTC at most."""
    day = now // 86_400_000_000 * 86_400_000_000
    return _refused(schema, held, approvals, day)


@lru_cache(maxsize=256)
def hidden_types(held: frozenset[str], approvals: Approvals) -> Mapping[str, Exception]:
    """The types that a caller may not find by `node`."""
    denied: Mapping[str, Required] = denied_types(held)
    return protected_types(approvals) | {name: refusal("node", required) for name, required in denied.items()}
