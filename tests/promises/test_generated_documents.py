"""Documents generated from each version's schema: every response has one of Shopify's forms.

REQUESTS says how many for each version (default 8).
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import hypothesis_graphql
import pytest
from anyio.from_thread import start_blocking_portal
from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    IntValueNode,
    StringValueNode,
    Visitor,
    build_schema,
    is_scalar_type,
    is_specified_scalar_type,
    print_ast,
    print_schema,
    visit,
)
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import nodes

from abandoned_checkouts.config import Settings
from abandoned_checkouts.shopify.language.version_schema import schema_for
from abandoned_checkouts.shopify.schema.build import graphql_schema
from tests.databases import Databases
from tests.shopify.caller import Caller, caller_for

REQUESTS = int(os.environ.get("REQUESTS", "8"))
VERSIONS = ["2026-01", "2026-04", "2026-07", "2026-10", "2027-01", "unstable"]

GIDS = [
    f"gid://shopify/{name}"
    for name in (
        *("AbandonedCheckout/1", "AbandonedCheckout/4", "Abandonment/3", "Customer/901", "Shop/1", "Order/1"),
        *("SavedSearch/1", "WebhookSubscription/1", "BulkOperation/1", "App/1", "AppInstallation/1", "Product/1"),
        *("MailingAddress/3?model_name=Address", "MailingAddress/901?model_name=CustomerAddress", "Nothing/1"),
        *("AbandonedCheckoutLineItem/x?checkout=y&index=0", "Customer/99999999999999999999", "MarketingActivity/1"),
    )
]
SEARCHES = [
    "",
    "status:open",
    "id:>3 -email_state:sent",
    "bob*",
    "created_at:>'2026-01-01T00:00:00Z'",
    "no_such:1",
    "(((",
]
CURSORS = ["", "eyJsYXN0X2lkIjozLCJsYXN0X3ZhbHVlIjoiMyJ9", "nonsense"]

SCALARS = {
    "ARN": st.just("arn:aws:events:us-east-1::event-source/aws.partner/shopify.com/1/x").map(nodes.String),
    "Color": st.just("#ffffff").map(nodes.String),
    "Date": st.dates().map(lambda day: nodes.String(day.isoformat())),
    "DateTime": st.datetimes().map(lambda moment: nodes.String(f"{moment.isoformat(timespec='seconds')}Z")),
    "Decimal": st.decimals(-1000, 1000, places=2).map(lambda number: nodes.String(str(number))),
    "HTML": st.text(max_size=5).map(nodes.String),
    "ID": st.sampled_from(GIDS).map(nodes.String) | st.text(max_size=8).map(nodes.String),
    "JSON": st.just("{}").map(nodes.String),
    "Money": st.just("1.00").map(nodes.String),
    "UnsignedInt64": st.integers(0, 2**64 - 1).map(lambda number: nodes.String(str(number))),
    "URL": st.sampled_from(["https://receiver.example.com/hooks", "pubsub://project:topic"]).map(nodes.String),
}


class Sensible(Visitor):
    """Windows and searches that lead past the first check, in most documents."""

    def enter_field(self, node: FieldNode, *_: Any) -> FieldNode | None:
        given = {argument.name.value: argument for argument in node.arguments or ()}
        if not given.keys() & {"first", "last", "query", "after"}:
            return None
        windows = [given[name] for name in ("first", "last") if name in given][:1]
        kept = [each for name, each in given.items() if name not in ("first", "last", "before")]
        arguments = [_argument(each) for each in (*kept, *windows)]
        return replace(node, arguments=tuple(arguments))


def _argument(argument: ArgumentNode) -> ArgumentNode:
    name, value = argument.name.value, argument.value
    if name in ("first", "last"):
        return replace(argument, value=nodes.Int(abs(int(value.value)) % 12 if isinstance(value, IntValueNode) else 3))
    known = SEARCHES if name == "query" else CURSORS if name == "after" else None
    if known is not None and isinstance(value, StringValueNode):
        return replace(argument, value=nodes.String(known[sum(value.value.encode()) % len(known)]))
    return argument


def written(document: DocumentNode) -> str:
    return print_ast(visit(document, Sensible()))


def wrong(status: int, body: Any) -> str | None:
    """The problem of a response, or None if it has one of Shopify's forms."""
    if status != 200:
        return f"status {status}"
    codes = [error.get("extensions", {}).get("code") for error in body.get("errors", [])]
    if "INTERNAL_SERVER_ERROR" in codes:
        return "an internal error"
    if "data" not in body and not codes:
        return "neither data nor errors"
    return None


@pytest.mark.timeout(max(240, REQUESTS))
@pytest.mark.parametrize("version", VERSIONS)
def test_generated_documents_are_answered(databases: Databases, version: str) -> None:
    schema = build_schema(print_schema(schema_for(version, graphql_schema())))
    missing = {name for name, type_ in schema.type_map.items() if _is_custom_scalar(type_)} - SCALARS.keys()
    documents = hypothesis_graphql.from_schema(
        schema,
        custom_scalars={name: made for name, made in SCALARS.items() if name in schema.type_map},
        print_ast=written,
    )
    answered: dict[str, int] = {}
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(_served(databases)) as caller:

        @settings(
            max_examples=REQUESTS,
            deadline=None,
            database=None,
            phases=[Phase.generate] if REQUESTS > 100 else [Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )
        @given(documents)
        def ask(document: str) -> None:
            response = portal.call(lambda: caller.post(document, version=version))
            try:
                body = response.json()
            except ValueError:
                body = {}
            problem = wrong(response.status_code, body)
            kind = "data" if body.get("data") is not None else "errors"
            answered[kind] = answered.get(kind, 0) + 1
            assert problem is None, f"{problem}\n{document}\n{response.text}"

        ask()
    print(version, answered, "no strategy:", sorted(missing))


def _is_custom_scalar(type_: Any) -> bool:
    return is_scalar_type(type_) and not is_specified_scalar_type(type_)


@asynccontextmanager
async def _served(databases: Databases) -> AsyncIterator[Caller]:
    url = databases.new("sqlite")
    async for caller in caller_for(url, Settings(database_url=url, throttle=False, work=False)):
        yield caller
