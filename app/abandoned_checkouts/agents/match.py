"""Why a checkout matches a search, or does not: each part of the search is tested alone."""

from abandoned_checkouts.agents.calls import CallError, Calls
from abandoned_checkouts.agents.documents import MATCHES
from abandoned_checkouts.checkouts.json_types import Json, JsonValue
from abandoned_checkouts.checkouts.whole_number import whole_number
from search_syntax import parse
from search_syntax.tree import And

FIELD = "abandonedCheckouts"
MOST_PARTS = 20


def number_of(checkout: str) -> int:
    """The number in an id or global id: `1000001` or `gid://shopify/AbandonedCheckout/1000001`. Raises CallError."""
    number = whole_number(checkout.strip().rpartition("/")[2])
    if number is None:
        raise CallError(f"{checkout!r} is not the id of a checkout. Use its number or its gid://shopify/… id.")
    return number


def parts_of(query: str) -> list[str]:
    """The parts of a search that must all be true: the operands of its outermost AND, as they are written."""
    parsed = parse(query)
    tree = parsed.tree
    parts = tree.parts if isinstance(tree, And) else (tree,)
    return [parsed.text[part.start : part.end] for part in parts][:MOST_PARTS] if query.strip() else []


async def explain_match(calls: Calls, checkout: str, query: str) -> Json:
    """For each part of `query`: what it means, and whether the checkout matches it."""
    number = number_of(checkout)
    exists, zone = await _finds(calls, f"id:{number}")
    if not exists:
        raise CallError(f"There is no abandoned checkout {number}, or the access token may not see it.")
    parts: list[JsonValue] = []
    for part in parts_of(query):
        matches, _ = await _finds(calls, f"id:{number} ({part})")
        parts.append({"part": part, "matches": matches, **await search_help(calls, part, zone)})
    matches, _ = await _finds(calls, f"id:{number} ({query})" if parts else f"id:{number}")
    return {"checkout": number, "matches": matches, "parts": parts}


async def search_help(calls: Calls, query: str, zone: str) -> Json:
    """The meaning of a search in words, and its warnings."""
    found = await calls.send("GET", "/explorer/search.json", parameters={"field": FIELD, "query": query, "zone": zone})
    warnings: list[JsonValue] = [str(each["message"]) for each in found["warnings"]]
    return {"meaning": str(found["explanation"]), **({"warnings": warnings} if warnings else {})}


async def _finds(calls: Calls, query: str) -> tuple[bool, str]:
    """Whether the search finds a checkout, and the shop's time zone."""
    data = (await calls.graphql(MATCHES, {"query": query}))["data"]
    return bool(data["abandonedCheckouts"]["nodes"]), str(data["shop"]["ianaTimezone"])
