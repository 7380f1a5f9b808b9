"""Help with one search text: what it finds, what of it is not understood, what could come at the caret.

GET /explorer/search.json?field=abandonedCheckouts&query=status:opne&caret=11&zone=Europe/Berlin answers

    {"query": "status:opne",
     "explanation": "Finds no abandoned checkouts …",
     "warnings": [{"field", "message", "code", "start", "end", "suggestion"}],
     "suggestions": [{"text", "start", "end", "label", "detail", "kind", "extended"}]}

`field` is a field of QueryRoot with a `query:` argument. `caret` (default: the end) and all places count code
points from 0; `end` is exclusive. To take a suggestion, put its `text` in place of ``query[start:end]``; the same
goes for the `suggestion` of a warning, which may be null. `zone` (default: UTC) is the shop's IANA time zone, for
dates without one. `extended` marks fields that Shopify's search does not have; they are offered where this server's
search takes them (ABANDONED_CHECKOUTS_EXTENDED_SEARCH). The endpoint knows the language and no shop's data, so it
asks for no token.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from abandoned_checkouts.checkouts.json_types import Json
from search_syntax import FieldSet, Query, check, complete, explain, parse
from search_syntax.complete import Suggestion

LONGEST_QUERY = 10_000  # characters; more than any URL brings, and cheap to read


class QuestionError(ValueError):
    """The request cannot be answered; the message says what to send instead."""


def search_help(parameters: Mapping[str, str], search_fields: Mapping[str, FieldSet]) -> Json:
    """The JSON for one request's parameters; raises QuestionError."""
    name = parameters.get("field", "abandonedCheckouts")
    fields = search_fields.get(name)
    if fields is None:
        raise QuestionError(f"`field` must be one of {', '.join(sorted(search_fields))}.")
    text = parameters.get("query", "")
    if len(text) > LONGEST_QUERY:
        raise QuestionError(f"`query` has {len(text):,} characters; {LONGEST_QUERY:,} are read at most.")
    caret = caret_in(text, parameters.get("caret", ""))
    zone = zone_named(parameters.get("zone", ""))
    return help_with(parse(text), caret, fields, zone=zone, now=datetime.now(UTC), noun=things_of(name))


def caret_in(text: str, caret: str) -> int:
    if not caret:
        return len(text)
    if not caret.isascii() or not caret.isdigit():
        raise QuestionError("`caret` must be a whole number: how many characters stand before it.")
    return min(int(caret[:9]), len(text))


def zone_named(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ValueError, OSError, LookupError):  # a path, a folder of zones, or a name that no zone has
        raise QuestionError("`zone` must be an IANA time zone such as Europe/Berlin.") from None


def things_of(name: str) -> str:
    """`abandonedCheckoutsCount` → `abandoned checkouts`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("Count")).lower()


def help_with(query: Query, caret: int, fields: FieldSet, *, zone: ZoneInfo, now: datetime, noun: str) -> Json:
    """Pure: the same text, caret, zone and moment give the same help."""
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
        "suggestions": [suggested(one) for one in complete(query.text, caret, fields, zone=zone, now=now)],
    }


def suggested(one: Suggestion) -> Json:
    return {
        "text": one.text,
        "start": one.start,
        "end": one.end,
        "label": one.text.strip(),
        "detail": f"{one.description} (this server's own)" if one.extended else one.description,
        "kind": one.kind,
        "extended": one.extended,
    }
