"""Entries of `errors`. Those of validation and of execution differ only in the order of their keys."""

from __future__ import annotations

from typing import Literal, TypeAlias

from graphql import Node, get_location

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.shopify.language.errors.texts import Text
from abandoned_checkouts.shopify.language.places import DocumentSource

__all__ = ["ErrorEntry", "ErrorPath", "entry", "location"]

ErrorEntry: TypeAlias = UntypedJson
ErrorPath: TypeAlias = tuple[str | int, ...]

# Recorded orders of keys (Shopify: GraphQL errors). Parse errors and INVALID_VARIABLE have no path.
_ORDERS = {
    "validation": ("message", "locations", "path", "extensions"),
    "execution": ("message", "locations", "extensions", "path"),
}


def location(node: Node) -> dict[str, int]:
    """The line and column, both from 1, where `node` starts."""
    loc = node.loc
    if loc is None:
        return {"line": 1, "column": 1}
    if isinstance(loc.source, DocumentSource):
        line, column = loc.source.line_and_column(loc.start)
        return {"line": line, "column": column}
    place = get_location(loc.source, loc.start)
    return {"line": place.line, "column": place.column}


def entry(
    text: Text,
    *nodes: Node,
    path: ErrorPath | None = None,
    order: Literal["validation", "execution"] = "validation",
    locations: list[dict[str, int]] | None = None,
    **values: object,
) -> ErrorEntry:
    """An entry of `errors`. `values` replace the placeholders of `text`, and are the values of its extension keys."""
    if locations is None:
        locations = [location(node) for node in nodes]
    parts: dict[str, object] = {"message": text.words.format(**values)}
    if locations:
        parts["locations"] = locations
    if path is not None:
        parts["path"] = list(path)
    if text.code is not None:
        parts["extensions"] = {"code": text.code} | {key: values[key] for key in text.keys if key in values}
    return {key: parts[key] for key in _ORDERS[order] if key in parts}
