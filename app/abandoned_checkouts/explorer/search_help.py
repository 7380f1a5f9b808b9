"""Help for a search text: an explanation, warnings, and completions at the caret.

GET /explorer/search.json?field=abandonedCheckouts&query=status:opne&caret=11&zone=Europe/Berlin returns

    {"query": "status:opne",
     "explanation": "Finds abandoned checkouts where …",
     "warnings": [{"field", "message", "code", "start", "end", "suggestion"}],
     "suggestions": [{"text", "start", "end", "label", "detail", "kind", "extended"}]}

`field` is a field of QueryRoot with a `query:` argument. `caret` (default: the end), `start` and `end` count code
points from 0; `end` is exclusive. To apply a suggestion, replace ``query[start:end]`` by its `text`; for a warning, by
its `suggestion`, which may be null. `zone` (default: UTC) is the shop's IANA time zone, for dates without a zone.
`extended` marks fields that Shopify's search does not have. They are suggested only if
ABANDONED_CHECKOUTS_EXTENDED_SEARCH is on. `ignored` names fields that the caller's own search has ignored, separated by
commas: the explanation is for a search that knows all fields but these. The endpoint reads no data of shops and
requires no token.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from abandoned_checkouts.checkouts.json_types import Json
from search_syntax import FieldSet, Query, check, complete, explain, parse
from search_syntax.complete import Suggestion
from search_syntax.tree import postorder

LONGEST_QUERY = 10_000  # characters


class SearchHelpError(ValueError):
    """A parameter of the request is invalid. The message says what to send instead."""


def search_help(parameters: Mapping[str, str], search_fields: Mapping[str, FieldSet], now: datetime) -> Json:
    """The JSON for the parameters of a request, at the moment `now`. Raises SearchHelpError."""
    name = parameters.get("field", "abandonedCheckouts")
    fields = search_fields.get(name)
    if fields is None:
        raise SearchHelpError(f"`field` must be one of {', '.join(sorted(search_fields))}.")
    text = parameters.get("query", "")
    if len(text) > LONGEST_QUERY:
        raise SearchHelpError(f"`query` has {len(text):,} characters; the maximum is {LONGEST_QUERY:,}.")
    if "ignored" in parameters:
        fields = _without(fields, parameters["ignored"].split(","), text)
    caret = caret_in(text, parameters.get("caret", ""))
    zone = zone_named(parameters.get("zone", ""))
    return help_with(parse(text), caret, fields, zone=zone, now=now, noun=noun_of(name))


def _without(fields: FieldSet, ignored: Sequence[str], text: str) -> FieldSet:
    """The fields without the ignored ones. Extended fields are on if the text has one that is not ignored."""
    used = {getattr(node, "field", None) for node in postorder(parse(text).tree)} - set(ignored)
    extended = any(field.extended and field.name in used for field in fields.declared)
    # Fields that are off stay declared, because the explanation says that they are off.
    kept = [each for each in fields.declared if each.name not in ignored or (each.extended and not extended)]
    return FieldSet(kept, extended=extended, switch=fields.switch)


def caret_in(text: str, caret: str) -> int:
    if not caret:
        return len(text)
    if not caret.isascii() or not caret.isdigit():
        raise SearchHelpError("`caret` must be a whole number: the number of characters before the caret.")
    return min(int(caret[:9]), len(text))


def zone_named(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ValueError, OSError, LookupError):  # a path, a folder of zones, or an unknown name
        raise SearchHelpError("`zone` must be an IANA time zone, for example Europe/Berlin.") from None


def noun_of(name: str) -> str:
    """`abandonedCheckoutsCount` → `abandoned checkouts`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("Count")).lower()


def help_with(query: Query, caret: int, fields: FieldSet, *, zone: ZoneInfo, now: datetime, noun: str) -> Json:
    """The help for a parsed query. `noun` is the plural of the records' name, for the explanation."""
    warnings = check(query, fields, zone=zone, now=now).warnings
    return {
        "query": query.text,
        "explanation": explain(query, fields, zone=zone, now=now, noun=noun),
        "warnings": [
            {
                "field": warning.field,
                "message": warning.message,
                "code": warning.code,
                "start": warning.start,
                "end": warning.end,
                "suggestion": warning.suggestion,
            }
            for warning in warnings
        ],
        "suggestions": [_suggestion_json(one) for one in complete(query.text, caret, fields, zone=zone, now=now)],
    }


def _suggestion_json(one: Suggestion) -> Json:
    return {
        "text": one.text,
        "start": one.start,
        "end": one.end,
        "label": one.text.strip(),
        "detail": f"{one.description} (this server's own)" if one.extended else one.description,
        "kind": one.kind,
        "extended": one.extended,
    }
