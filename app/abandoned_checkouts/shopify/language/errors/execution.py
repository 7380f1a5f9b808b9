"""Execution errors, raised by resolvers or graphql-core, with Shopify's messages and order of keys."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from graphql import GraphQLError

from abandoned_checkouts.shopify.language.errors.entries import ErrorEntry, ErrorPath, entry
from abandoned_checkouts.shopify.language.errors.texts import INTERNAL, NULL_ARGUMENT, Text

__all__ = ["Refusal", "execution_entry", "from_graphql_core", "internal", "translated"]


# A variable with a default can be used for a non-null argument, and a client can send null for it. Only then
# graphql-core reports an error for a valid document during execution.
_NULL_SENT = re.compile(r"Expected variable '\$\w+' provided to non-null type '(.+?)' not to be None\.")


class Refusal(Exception):  # noqa: N818 - it is a response, not a failure
    """Raised by a resolver to return an error for a field. `values` replace the placeholders of the text.

    `path` replaces the field's path, for errors of a value inside an argument.
    """

    def __init__(self, text: Text, *, path: ErrorPath | None = None, **values: Any) -> None:
        super().__init__(text.words.format(**values))
        self.text = text
        self.values = values
        self.path = path


def translated(errors: Iterable[GraphQLError], request_id: str) -> tuple[list[ErrorEntry], list[BaseException]]:
    """Entries for the errors of an execution, and the unexpected exceptions, for the log.

    All unexpected exceptions of a request have one entry, without details.
    """
    entries: list[ErrorEntry] = []
    unexpected: list[BaseException] = []
    for error in errors:
        cause = error.original_error
        if isinstance(cause, Refusal):
            entries.append(execution_entry(cause, error.path or (), _locations(error)))
            continue
        null = _NULL_SENT.search(error.message)
        if null is not None:
            refusal = Refusal(NULL_ARGUMENT, type=null[1])
            entries.append(execution_entry(refusal, error.path or (), _locations(error)))
            continue
        if not unexpected:
            entries.append(internal(request_id))
        unexpected.append(cause or error)
    return entries, unexpected


def execution_entry(refusal: Refusal, path: Iterable[str | int], locations: list[dict[str, int]]) -> ErrorEntry:
    """The keys are message, locations, extensions, path, as recorded. For a value in an argument, path comes before
    extensions."""
    if refusal.path is not None:
        return entry(refusal.text, path=refusal.path, locations=locations, **refusal.values)
    return entry(refusal.text, path=tuple(path), order="execution", locations=locations, **refusal.values)


def internal(request_id: str) -> ErrorEntry:
    """The entry for all unexpected exceptions."""
    error = entry(INTERNAL, requestId=request_id, locations=[])
    error["extensions"] = {"requestId": request_id, "code": INTERNAL.code}
    return error


def from_graphql_core(error: GraphQLError) -> ErrorEntry:
    """A validation error for which Shopify's message is unknown: graphql-core's message in Shopify's form."""
    converted: ErrorEntry = {"message": error.message}
    locations = _locations(error)
    if locations:
        converted["locations"] = locations
    converted["extensions"] = {"code": "BAD_REQUEST"}
    return converted


def _locations(error: GraphQLError) -> list[dict[str, int]]:
    return [{"line": place.line, "column": place.column} for place in error.locations or ()]
