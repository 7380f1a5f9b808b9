"""What a search means in words, and what its warnings mean for the result."""

from collections.abc import Iterable

from abandoned_checkouts.agents.calls import CallError, Calls
from abandoned_checkouts.checkouts.json_types import Json, JsonValue, UntypedJson
from abandoned_checkouts.store.search.checkout_fields import EXTENDED_FIELDS, SHOPIFY_FIELDS
from search_syntax import Field
from search_syntax.fields import nearest

FIELD = "abandonedCheckouts"
# The codes of warnings about a term that the search ignores.
_IGNORED = frozenset({"invalid_field", "missing_named_field"})
_LONGEST_MEANING = 2000
_MOST_WARNINGS = 20
_SHOPIFY = {field.name: field for field in SHOPIFY_FIELDS}
_EXTENDED = {field.name: field for field in EXTENDED_FIELDS}
_SORTS = {"total_price": "TOTAL_PRICE", "customer_name": "CUSTOMER_NAME"}


def fields_text() -> str:
    """Shopify's search fields, each with its values or an example."""
    return "; ".join(
        f"{field.name} ({', '.join(field.values) or field.examples[0]})"
        for field in SHOPIFY_FIELDS
        if field.name != "default"
    )


async def meaning_of(calls: Calls, query: str, zone: str, ignored: Iterable[str]) -> str:
    """The meaning of a search in words, at most 2,000 characters. `ignored` are the fields that the search ignored."""
    parameters = {"field": FIELD, "query": query, "zone": zone, "ignored": ",".join(ignored)}
    meaning = str((await calls.send("GET", "/explorer/search.json", parameters=parameters))["explanation"])
    if len(meaning) <= _LONGEST_MEANING:
        return meaning
    return f"{meaning[:_LONGEST_MEANING]}… ({len(meaning) - _LONGEST_MEANING:,} more characters)"


def warnings_in(answer: UntypedJson) -> list[UntypedJson]:
    """The warnings of the first search in a response of GraphQL: `field`, `message` and `code`, as Shopify's."""
    searches = (answer.get("extensions") or {}).get("search") or []
    return list(searches[0]["warnings"]) if searches else []


def ignored_in(warnings: list[UntypedJson]) -> list[str]:
    """The fields whose terms the search ignored, each once."""
    return list(dict.fromkeys(str(each["field"]) for each in warnings if each.get("code") in _IGNORED))


def explained(warnings: list[UntypedJson]) -> list[JsonValue]:
    """Each different warning, at most 20, with its effect on the result, and advice."""
    unique = {(each["field"], each["message"]): each for each in warnings}
    shown = list(unique.values())[:_MOST_WARNINGS]
    more: list[JsonValue] = [f"{len(unique) - len(shown)} more"] if len(unique) > len(shown) else []
    return [*map(_explained, shown), *more]


def _explained(warning: UntypedJson) -> Json:
    name, ignored = str(warning["field"]), warning.get("code") in _IGNORED
    return {"field": name, "warning": str(warning["message"]), "ignored": ignored, "advice": _advice(name, ignored)}


def list_in(answer: UntypedJson, name: str) -> UntypedJson:
    """A list of a response of GraphQL. Raises CallError if it is null."""
    found: UntypedJson | None = answer["data"].get(name)
    if found is None or found.get("nodes", []) is None:
        reasons = " ".join(str(each.get("message")) for each in answer.get("errors", []))
        raise CallError(f"The response has null instead of {name}. {reasons}".strip())
    return found


def _advice(name: str, ignored: bool) -> str:
    known: Field | None = _SHOPIFY.get(name) or _EXTENDED.get(name)
    if not ignored:
        values = f" Its values: {', '.join(known.values)}." if known is not None and known.values else ""
        example = f" Example: {known.examples[0]}." if known is not None and known.examples else ""
        return f"The term finds nothing.{values or example}"
    effect = "The term narrows nothing, as on Shopify."
    if name in _SHOPIFY:
        return f"{effect} The app of the access token is not approved for the customer data that such words search."
    if name in _EXTENDED:
        off = (
            f'This server has the field "{name}", but it is switched off (extended search), or the app is not '
            "approved for this customer data."
        )
        return f"{effect} {off}{_sort_advice(name)}"
    near = nearest(name, _SHOPIFY)
    suggestion = f"Did you mean {near}? " if near else ""
    return f"{effect} {suggestion}Fields: {', '.join(each for each in _SHOPIFY if each != 'default')}."


def _sort_advice(name: str) -> str:
    return f' To see the largest or last first, use sort "{_SORTS[name]}".' if name in _SORTS else ""
