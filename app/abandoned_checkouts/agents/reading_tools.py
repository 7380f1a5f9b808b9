"""The tools that every server has. Their names, parameters and texts are what an agent reads."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.tools import Tool
from pydantic import Field

from abandoned_checkouts.agents import documents
from abandoned_checkouts.agents.calls import CallError, Calls, messages_of
from abandoned_checkouts.agents.match import explain_match, not_listed, number_of
from abandoned_checkouts.agents.search_help import (
    explained,
    fields_text,
    ignored_in,
    list_in,
    meaning_of,
    warnings_in,
)
from abandoned_checkouts.agents.tools import CHANGES, READS, Answer, tool
from abandoned_checkouts.checkouts.json_types import Json

SortKey = Literal["CREATED_AT", "CUSTOMER_NAME", "ID", "RELEVANCE", "TOTAL_PRICE", "UPDATED_AT"]
Checkout = Annotated[str, Field(description="The checkout's number, #number or gid://shopify/AbandonedCheckout/….")]
Search = Annotated[
    str,
    Field(
        description="Shopify's search syntax; empty: all. Words search names, e-mail addresses, lines and addresses. "
        f"Fields: {fields_text()}. Example: recovery_state:not_recovered created_at:>2026-11-01 -status:closed"
    ),
]
Day = Annotated[str | None, Field(description="A day in the shop's time zone, such as 2026-11-01. Give both or none.")]

CallsOf = Callable[[Context[Any, Any]], Calls]
_DAYS_ADVICE = "Use first_day and last_day, both included, such as 2026-11-01."
# The length of a part of a documentation page.
_PART = 30_000


def reading_tools(calls_of: CallsOf) -> list[Tool]:
    """`calls_of` returns the endpoints with the access token of a request."""

    async def search_checkouts(
        context: Context[Any, Any],
        query: Search = "",
        first: Annotated[int, Field(ge=1, le=50, description="Checkouts per page.")] = 10,
        after: Annotated[str | None, Field(description="The cursor `next` of the page before.")] = None,
        sort: SortKey = "CREATED_AT",
        newest_or_largest_first: bool = True,
    ) -> Answer:
        """Search abandoned checkouts. Returns a page, the number of all that match, the search's meaning, its warnings,
        and `next` if there are more. `refused` says what the access token may not read."""
        calls = calls_of(context)
        variables: Json = {
            "query": query,
            "first": first,
            "after": after,
            "sort": sort,
            "reverse": newest_or_largest_first,
        }
        found = await calls.graphql(documents.SEARCH, variables, headers=documents.DEBUG)
        page, count = list_in(found, "abandonedCheckouts"), list_in(found, "abandonedCheckoutsCount")
        warnings, zone = warnings_in(found), list_in(found, "shop")["ianaTimezone"]
        more = page["pageInfo"]
        return {
            "meaning": await meaning_of(calls, query, zone, ignored_in(warnings)),
            **({"warnings": explained(warnings)} if warnings else {}),
            "count": count["count"],
            "checkouts": page["nodes"],
            "next": more["endCursor"] if more["hasNextPage"] else None,
            **({"refused": messages_of(found["errors"])} if "errors" in found else {}),
        }

    async def explain_whether_a_checkout_matches(
        context: Context[Any, Any], checkout: Checkout, query: Search
    ) -> Answer:
        """Explain why a search finds a checkout, or why not. For each part of the search: what it means, and whether
        the checkout matches it, or `ignored` if Shopify's search ignores the part. `values` are the checkout's."""
        return await explain_match(calls_of(context), checkout, query)

    async def checkout_story(context: Context[Any, Any], checkout: Checkout) -> Answer:
        """One checkout, its recovery link, its state, and everything that happened to it: events, mails, visits,
        skipped steps with their reasons, tasks, purchases. Also for checkouts that were not abandoned."""
        calls, number = calls_of(context), number_of(checkout)
        try:
            story = await calls.send("GET", f"/control/checkouts/{number}/timeline")
        except CallError as refused:
            text = str(refused)
            raise CallError(f"The shop has no checkout {number}." if text == "Not Found" else text) from None
        found = await calls.graphql(documents.ONE, {"query": f"id:{number}"})
        nodes = list_in(found, "abandonedCheckouts")["nodes"]
        shown = {"checkout": nodes[0]} if nodes else {"note": await not_listed(calls, number)}
        refusals = {"refused": messages_of(found["errors"])} if "errors" in found else {}
        return {"number": number, "state": story["state"], **shown, "story": story["timeline"], **refusals}

    async def report(
        context: Context[Any, Any],
        by: Literal["overview", "day", "product", "flow"] = "overview",
        first_day: Day = None,
        last_day: Day = None,
    ) -> Answer:
        """How much was abandoned and recovered, in the shop's time zone and currency. Without days: the last 30,
        including today. The overview compares them with the 30 before.

        `recovered` counts on the day of abandonment, `bought` the same checkouts on the day of purchase. `slots` are
        abandonments by hour and by total, from total_from to the bound of the next band (1, 2, 5, 10, 20, 50 …).
        documentation("reports") defines all figures."""
        if bool(first_day) != bool(last_day):
            raise CallError(f"A period needs two days. {_DAYS_ADVICE}")
        days = {"from": first_day, "to": last_day} if first_day and last_day else {}
        try:
            return await calls_of(context).send("GET", f"/control/reports/{by}", parameters=days)
        except CallError as refused:
            text, found, _ = str(refused).partition(" Use from and to")
            raise CallError(f"{text} {_DAYS_ADVICE}" if found else text) from None

    async def graphql(
        context: Context[Any, Any],
        document: Annotated[str, Field(description="A document for Shopify's Admin GraphQL API.")],
        variables: Annotated[dict[str, Any] | None, Field(description="The document's variables.")] = None,
        operation_name: Annotated[str | None, Field(description="Which operation to run, if it has several.")] = None,
    ) -> Answer:
        """Run a GraphQL document, as an app of Shopify does. Returns data, errors and extensions (cost, and warnings of
        searches). Mutations need a scope to write."""
        return await calls_of(context).graphql(document, variables, operation_name)

    async def documentation(
        context: Context[Any, Any],
        page: Annotated[str, Field(description="The name of a page, such as search. Empty: the list of pages.")] = "",
        part: Annotated[int, Field(ge=1, description="Long pages have several parts.")] = 1,
    ) -> str:
        """Read the documentation of this server, as Markdown."""
        name = page.removeprefix("/docs/").removesuffix(".md") or "index"
        if not name.replace("-", "").replace("_", "").isalnum():
            raise CallError(f"{page[:100]!r} is not the name of a page. Call this tool without a page for the list.")
        text = await calls_of(context).text(f"/docs/{name}.md")
        parts = -(-len(text) // _PART)
        if part > parts:
            raise CallError(f"The page {name} has {parts} parts.")
        more = f"\n\n(Part {part} of {parts} of this page.)" if parts > 1 else ""
        return text[(part - 1) * _PART : part * _PART] + more

    reading = (search_checkouts, explain_whether_a_checkout_matches, checkout_story, report, documentation)
    return [*(tool(function, READS) for function in reading), tool(graphql, CHANGES)]
