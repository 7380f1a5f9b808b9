"""Execution errors: what resolvers raise, and what graphql-core hands over, in Shopify's words and key order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from graphql import GraphQLError

from abandoned_checkouts.shopify.language.errors.entries import ErrorEntry, ErrorPath, entry
from abandoned_checkouts.shopify.language.errors.texts import INTERNAL, NULL_ARGUMENT, Text

__all__ = ["Refusal", "execution_entry", "from_graphql_core", "internal", "translated"]


# A variable that has a default may stand where null may not, and null may be given for it: only then graphql-core
# complains about a valid document while it runs.
_NULL_GIVEN = re.compile(r"Expected variable '\$\w+' provided to non-null type '(.+?)' not to be None\.")


class Refusal(Exception):  # noqa: N818 - it is an answer, not a failure
    """Raised by a resolver to answer a field with an error; `values` fill the text.

    `path` replaces the field's own path, for errors about a place inside an argument.
    """

    def __init__(self, text: Text, *, path: ErrorPath | None = None, **values: Any) -> None:
        super().__init__(text.words.format(**values))
        self.text = text
        self.values = values
        self.path = path


def translated(errors: Iterable[GraphQLError], request_id: str) -> tuple[list[ErrorEntry], list[BaseException]]:
    """Entries for the errors of an execution, and the exceptions that nobody meant to raise, for the log.

    An unexpected exception is answered once per request, without a word of what it was.
    """
    entries: list[ErrorEntry] = []
    unexpected: list[BaseException] = []
    for error in errors:
        cause = error.original_error
        if isinstance(cause, Refusal):
            entries.append(execution_entry(cause, error.path or (), _locations(error)))
            continue
        null = _NULL_GIVEN.search(error.message)
        if null is not None:
            refusal = Refusal(NULL_ARGUMENT, type=null[1])
            entries.append(execution_entry(refusal, error.path or (), _locations(error)))
            continue
        if not unexpected:
            entries.append(internal(request_id))
        unexpected.append(cause or error)
    return entries, unexpected


def execution_entry(refusal: Refusal, path: Iterable[str | int], locations: list[dict[str, int]]) -> ErrorEntry:
    """`message, locations, extensions, path`, as recorded; about an argument `path` comes before `extensions`."""
    if refusal.path is not None:
        return entry(refusal.text, path=refusal.path, locations=locations, **refusal.values)
    return entry(refusal.text, path=tuple(path), order="execution", locations=locations, **refusal.values)


def internal(request_id: str) -> ErrorEntry:
    """The one answer to whatever should not have happened."""
    made = entry(INTERNAL, requestId=request_id, locations=[])
    made["extensions"] = {"requestId": request_id, "code": INTERNAL.code}
    return made


def from_graphql_core(error: GraphQLError) -> ErrorEntry:
    """A validation error for which Shopify's words are not known: graphql-core's words in Shopify's shape."""
    made: ErrorEntry = {"message": error.message}
    locations = _locations(error)
    if locations:
        made["locations"] = locations
    made["extensions"] = {"code": "BAD_REQUEST"}
    return made


def _locations(error: GraphQLError) -> list[dict[str, int]]:
    return [{"line": place.line, "column": place.column} for place in error.locations or ()]
