"""The MCP server and its tools. The names, parameters and texts below are what an agent reads."""

from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import Annotated, Any, Literal, TypeVar

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from abandoned_checkouts.agents import documents
from abandoned_checkouts.agents.calls import CallError, Calls
from abandoned_checkouts.agents.match import explain_match, number_of, search_help
from abandoned_checkouts.checkouts.json_types import Json

INSTRUCTIONS = """\
A server for abandoned checkouts of online shops, with the APIs of Shopify and Wix. Start with search_checkouts.
The search syntax is Shopify's: words, field:value, ranges such as created_at:>2026-11-01, AND, OR, -not. Every search
returns its meaning in words and its warnings: read them, because Shopify ignores unknown fields instead of failing.
Ids can be numbers or gid://shopify/AbandonedCheckout/NUMBER. documentation() lists the pages of the documentation.
"""
TWIN_INSTRUCTIONS = """\
This server is a twin, for tests: create_checkout makes a checkout in any state, move_clock lets days pass and says what
ran, set_faults makes requests and webhooks fail, journal shows requests, deliveries and mails.
"""
SortKey = Literal["CREATED_AT", "CUSTOMER_NAME", "ID", "RELEVANCE", "TOTAL_PRICE", "UPDATED_AT"]
State = Literal["open", "completed", "abandoned", "mailed", "visited", "recovered", "closed", "lapsed"]
Kind = Literal["requests", "deliveries", "mails"]
Checkout = Annotated[str, Field(description="The checkout's number or global id.")]
Search = Annotated[str, Field(description="Shopify's search syntax. Empty: all checkouts.")]
Day = Annotated[str | None, Field(description="A day in the shop's time zone, such as 2026-11-01.")]
_READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_CHANGES = ToolAnnotations(read_only_hint=False, open_world_hint=False)

Result = TypeVar("Result")
CallsOf = Callable[[Context[Any, Any]], Calls]
Answer = dict[str, Any]


def new_server(calls_of: CallsOf, *, twin: bool) -> MCPServer:
    """An MCP server. `calls_of` returns the endpoints with the access token of a request. `twin` adds the tools that
    control a twin."""
    server = MCPServer(
        "abandoned-checkouts",
        title="Abandoned Checkouts",
        instructions=INSTRUCTIONS + (TWIN_INSTRUCTIONS if twin else ""),
        version=version("abandoned-checkouts"),
        log_level="WARNING",
    )
    _add_reading_tools(server, calls_of)
    if twin:
        _add_twin_tools(server, calls_of)
    return server


def _add_reading_tools(server: MCPServer, calls_of: CallsOf) -> None:
    @server.tool(annotations=_READS)
    async def search_checkouts(
        context: Context[Any, Any],
        query: Search = "",
        first: Annotated[int, Field(ge=1, le=50)] = 10,
        after: Annotated[str | None, Field(description="The cursor `next` of the page before.")] = None,
        sort: SortKey = "CREATED_AT",
        newest_or_largest_first: bool = True,
    ) -> Answer:
        """Search abandoned checkouts. Returns a page, the number of all that match, the search's meaning and its
        warnings, and `next` if there are more."""
        calls = calls_of(context)
        variables: Json = {
            "query": query,
            "first": first,
            "after": after,
            "sort": sort,
            "reverse": newest_or_largest_first,
        }
        found = await _or_tool_error(calls.graphql(documents.SEARCH, variables))
        page, count = found["data"]["abandonedCheckouts"] or {}, found["data"]["abandonedCheckoutsCount"] or {}
        meaning = await _or_tool_error(search_help(calls, query, found["data"]["shop"]["ianaTimezone"]))
        more = page.get("pageInfo", {})
        return {
            **meaning,
            "count": count.get("count"),
            "checkouts": page.get("nodes", []),
            "next": more.get("endCursor") if more.get("hasNextPage") else None,
            **({"refused": [each["message"] for each in found["errors"]]} if "errors" in found else {}),
        }

    @server.tool(annotations=_READS)
    async def explain_whether_a_checkout_matches(
        context: Context[Any, Any], checkout: Checkout, query: Search
    ) -> Answer:
        """Explain why a search finds a checkout, or why not: what each part of the search means, and whether this
        checkout matches it."""
        return await _or_tool_error(explain_match(calls_of(context), checkout, query))

    @server.tool(annotations=_READS)
    async def checkout_story(context: Context[Any, Any], checkout: Checkout) -> Answer:
        """One checkout and everything that happened to it: events, mails, visits, skipped steps with their reasons,
        tasks, notes, purchases."""
        calls = calls_of(context)
        number = await _or_tool_error(_number(checkout))
        found = await _or_tool_error(calls.graphql(documents.ONE, {"query": f"id:{number}"}))
        nodes = (found["data"]["abandonedCheckouts"] or {}).get("nodes", [])
        if not nodes:
            raise ToolError(f"There is no abandoned checkout {number}, or the access token may not see it.")
        story = await _or_tool_error(calls.send("GET", f"/control/checkouts/{number}/timeline"))
        return {"checkout": nodes[0], "story": story["timeline"]}

    @server.tool(annotations=_READS)
    async def report(
        context: Context[Any, Any],
        by: Literal["overview", "day", "product", "flow"] = "overview",
        first_day: Day = None,
        last_day: Day = None,
    ) -> Answer:
        """How much was abandoned and recovered. Without days: the last 30. The overview compares the period with the
        one before it."""
        days = {name: day for name, day in (("from", first_day), ("to", last_day)) if day}
        return await _or_tool_error(calls_of(context).send("GET", f"/control/reports/{by}", parameters=days))

    @server.tool(annotations=_CHANGES)
    async def graphql(
        context: Context[Any, Any],
        document: Annotated[str, Field(description="A document for Shopify's Admin GraphQL API.")],
        variables: Annotated[dict[str, Any] | None, Field(description="The document's variables.")] = None,
    ) -> Answer:
        """Run a GraphQL document, as an app of Shopify does. Mutations need a scope to write."""
        return await _or_tool_error(calls_of(context).graphql(document, variables))

    @server.tool(annotations=_READS)
    async def documentation(
        context: Context[Any, Any],
        page: Annotated[str, Field(description="The name of a page, such as search. Empty: the list of pages.")] = "",
    ) -> str:
        """Read the documentation of this server, as Markdown."""
        name = page.removeprefix("/docs/").removesuffix(".md") or "index"
        if not name.replace("-", "").replace("_", "").isalnum():
            raise ToolError(f"{page!r} is not the name of a page. Call this tool without a page for the list.")
        return await _or_tool_error(calls_of(context).text(f"/docs/{name}.md"))


def _add_twin_tools(server: MCPServer, calls_of: CallsOf) -> None:
    @server.tool(annotations=_CHANGES)
    async def create_checkout(
        context: Context[Any, Any],
        state: State = "abandoned",
        ago: Annotated[str | None, Field(description="How long ago it began, such as 2 hours.")] = None,
        fields: Annotated[
            dict[str, Any] | None,
            Field(description='Fields of a checkout, such as {"email": "…", "line_items": [{"title": "Mug"}]}.'),
        ] = None,
    ) -> Answer:
        """Create a checkout in any state. Events, webhooks and mails follow as in real life."""
        body = {**(fields or {}), "state": state, **({"ago": ago} if ago else {})}
        return await _or_tool_error(calls_of(context).send("POST", "/__twin/checkouts", body))

    @server.tool(annotations=_CHANGES)
    async def move_clock(
        context: Context[Any, Any],
        duration: Annotated[str | None, Field(description="How far, such as 3 days.")] = None,
        instant: Annotated[str | None, Field(description="Or where to, such as 2027-01-01T00:00:00Z.")] = None,
    ) -> Answer:
        """Let time pass. Everything that falls due runs in order; returns what ran. Without arguments: show the
        clock."""
        calls = calls_of(context)
        if not (duration or instant):
            return await _or_tool_error(calls.send("GET", "/__twin/clock"))
        target = {"duration": duration} if duration else {"instant": instant}
        return await _or_tool_error(calls.send("PUT", "/__twin/clock", {"action": "advance", **target}))

    @server.tool(annotations=_CHANGES)
    async def set_faults(
        context: Context[Any, Any],
        faults: Annotated[list[dict[str, Any]], Field(description="The rules; the first match wins. Empty: none.")],
    ) -> Answer:
        """Make requests, webhooks or bulk operations fail. Replaces all rules. The documentation's page "testing"
        lists what a rule can match and do. Example: [{"name": "busy", "throttled": true, "probability": 0.5}]."""
        return await _or_tool_error(calls_of(context).send("POST", "/__twin/faults", list(faults)))

    @server.tool(annotations=_READS)
    async def journal(
        context: Context[Any, Any], kind: Kind, limit: Annotated[int, Field(ge=1, le=100)] = 20
    ) -> Answer:
        """What happened on the twin: requests with their cost and warnings, deliveries of webhooks, mails."""
        last = {"limit": str(limit)}
        return await _or_tool_error(calls_of(context).send("GET", f"/__twin/{kind}", parameters=last))


async def _number(checkout: str) -> int:
    return number_of(checkout)


async def _or_tool_error(call: Awaitable[Result]) -> Result:
    """The result. A refusal becomes a result that says it is an error, so that the agent can correct its call."""
    try:
        return await call
    except CallError as refused:
        raise ToolError(str(refused)) from None
