"""Why a checkout matches a search, or does not: each part of the search is tested alone."""

import re

from abandoned_checkouts.agents.calls import CallError, Calls
from abandoned_checkouts.agents.documents import DEBUG, MATCHES, values_document
from abandoned_checkouts.agents.search_help import explained, ignored_in, list_in, meaning_of, warnings_in
from abandoned_checkouts.checkouts.json_types import Json, JsonValue, UntypedJson
from abandoned_checkouts.checkouts.whole_number import whole_number
from abandoned_checkouts.store.search.checkout_fields import SHOPIFY_FIELDS
from search_syntax import parse
from search_syntax.tree import And, Tree, postorder

MOST_PARTS = 20
_LONGEST_SHOWN = 100
_ID = re.compile(r"(?:#|gid://shopify/AbandonedCheckout/)?(\d+)")
_ENUMS = {field.name: field.values for field in SHOPIFY_FIELDS if field.values}
# Where GraphQL has the values of a field.
_VALUES = {"created_at": "createdAt", "updated_at": "updatedAt", "completed_at": "completedAt"}


def number_of(checkout: str) -> int:
    """The number in an id, name or global id: `1000001`, `#1000001`, `gid://shopify/AbandonedCheckout/1000001`.

    Raises CallError.
    """
    found = _ID.fullmatch(checkout.strip())
    number = None if found is None else whole_number(found[1])
    if number is None:
        shown = checkout[:_LONGEST_SHOWN]
        raise CallError(f"{shown!r} is not the id of a checkout. Use its number or gid://shopify/AbandonedCheckout/….")
    return number


def parts_of(query: str) -> list[str]:
    """The parts of a search that must all be true: the operands of its outermost AND, as they are written."""
    return [text for text, _ in _parts(query)]


async def explain_match(calls: Calls, checkout: str, query: str) -> Json:
    """For each part of `query`: what it means, and whether the checkout matches it, or whether it is ignored."""
    number = number_of(checkout)
    found = await _search(calls, f"id:{number}")
    if not _is_found(found):
        raise CallError(await not_listed(calls, number))
    zone = str(found["data"]["shop"]["ianaTimezone"])
    shown: list[JsonValue] = []
    fields: set[str] = set()
    parts = _parts(query)
    for part, tree in parts[:MOST_PARTS]:
        answer = await _search(calls, f"id:{number} ({part})")
        warnings = warnings_in(answer)
        ignored, named = ignored_in(warnings), _fields_in(tree)
        fields |= named
        is_ignored = bool(named) and named <= set(ignored)
        verdict: UntypedJson = {"ignored": True} if is_ignored else {"matches": _is_found(answer)}
        meaning = await meaning_of(calls, part, zone, ignored)
        entry: UntypedJson = {"part": part[:_LONGEST_SHOWN], **verdict, "meaning": meaning}
        shown.append({**entry, **({"warnings": explained(warnings)} if warnings else {})})
    matches = _is_found(await _search(calls, f"id:{number} ({query})" if parts else f"id:{number}"))
    rest = {"parts_not_shown": len(parts) - MOST_PARTS} if len(parts) > MOST_PARTS else {}
    values = await _values(calls, number, fields)
    return {"checkout": number, "matches": matches, "values": values, "parts": shown, **rest}


async def not_listed(calls: Calls, number: int) -> str:
    """Why searches do not find a checkout."""
    try:
        state = (await calls.send("GET", f"/control/checkouts/{number}/timeline"))["state"]
    except CallError:
        return f"There is no abandoned checkout {number}, or the access token may not see it."
    return f"Checkout {number} is {state}. It was not abandoned, so no search of abandoned checkouts finds it."


def _parts(query: str) -> list[tuple[str, Tree]]:
    if not query.strip():
        return []
    parsed = parse(query)
    tree = parsed.tree
    parts = tree.parts if isinstance(tree, And) else (tree,)
    return [(parsed.text[part.start : part.end], part) for part in parts]


def _fields_in(tree: Tree) -> set[str]:
    return {node.field for node in postorder(tree) if hasattr(node, "field")}


async def _search(calls: Calls, query: str) -> UntypedJson:
    return await calls.graphql(MATCHES, {"query": query}, headers=DEBUG)


def _is_found(answer: UntypedJson) -> bool:
    return bool(list_in(answer, "abandonedCheckouts")["nodes"])


async def _values(calls: Calls, number: int, fields: set[str]) -> Json:
    """What the checkout has in the fields of a search, so far as GraphQL shows it."""
    searches = {
        f"{name}__{value}": f"id:{number} {name}:{value}" for name in fields & _ENUMS.keys() for value in _ENUMS[name]
    }
    if not searches and not fields & {*_VALUES, "total_price"}:
        return {}
    data = (await calls.graphql(values_document(searches), {"query": f"id:{number}"}))["data"]
    node: UntypedJson = next(iter(data["one"]["nodes"]), {})
    found = {name: node.get(key) for name, key in _VALUES.items() if name in fields}
    if "total_price" in fields and node:
        found["total_price"] = node["totalPriceSet"]["shopMoney"]["amount"]
    for alias in searches:
        if data[alias]["nodes"]:
            name, _, value = alias.partition("__")
            found[name] = value
    return found
