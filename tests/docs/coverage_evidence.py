"""The names in our schema that recordings of real shops contain. `make reference` writes them if the recordings are
present.

The recordings are not part of the repository, the names in recorded_names.json are: fields, arguments and enum values
that a recorded document used and a real shop answered, and our error texts that a recorded message matches. The names
in public_names.json are further ones, from documents for which others have published the answers of two shops (4,839
documents, read in November 2026).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from graphql import (
    ArgumentNode,
    EnumValueNode,
    FieldNode,
    GraphQLSyntaxError,
    ObjectFieldNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    is_enum_type,
    parse,
    visit,
)

from abandoned_checkouts.shopify.language.errors import texts
from abandoned_checkouts.shopify.language.errors.texts import Text
from tests.contract.schema import contract_schema
from tests.recorded import recorded

NAMES = Path(__file__).parent / "recorded_names.json"
PUBLIC = Path(__file__).parent / "public_names.json"
_PLACEHOLDER = re.compile(r"\\\{\w+\\\}")


def known_names() -> dict[str, list[str]]:
    """The names in the repository: `schema` and `errors`."""
    found: dict[str, list[str]] = json.loads(NAMES.read_text(encoding="utf-8"))
    return found


def schema_names() -> set[str]:
    """The parts of the schema that occur in a recording."""
    return {*known_names()["schema"], *json.loads(PUBLIC.read_text(encoding="utf-8"))}


def recorded_names() -> dict[str, list[str]]:
    """The names, read from the recordings. Skips the test, or fails with CI=true, if they are missing."""
    queries = {row["query"] for row in recorded("query_costs.json")}
    messages = {row["message"] for row in recorded("graphql_errors.json")}
    return {"schema": sorted(_used(queries)), "errors": sorted(_matched(messages))}


def _used(queries: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for query in queries:
        try:
            document = parse(query)
        except GraphQLSyntaxError:
            continue
        info = TypeInfo(contract_schema())
        visit(document, TypeInfoVisitor(info, _Names(info, found)))
    return found


class _Names(Visitor):
    """Adds the names that a document uses. Fields that the contract does not have are left out."""

    def __init__(self, info: TypeInfo, found: set[str]) -> None:
        super().__init__()
        self._info = info
        self._found = found

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        parent = self._info.get_parent_type()
        if parent is not None and self._info.get_field_def() is not None and not node.name.value.startswith("__"):
            self._found.add(f"{parent.name}.{node.name.value}")

    def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
        parent, name = self._info.get_parent_type(), node.name.value
        if parent is not None and self._info.get_argument() is not None:
            field = self._info.get_field_def()
            key = next((key for key, each in parent.fields.items() if each is field), None)  # type: ignore[union-attr]
            if key is not None:
                self._found.add(f"{parent.name}.{key}({name})")

    def enter_object_field(self, node: ObjectFieldNode, *_: Any) -> None:
        owner = get_named_type(self._info.get_parent_input_type())
        if owner is not None and node.name.value in getattr(owner, "fields", {}):
            self._found.add(f"{owner.name}.{node.name.value}")

    def enter_enum_value(self, node: EnumValueNode, *_: Any) -> None:
        type_ = get_named_type(self._info.get_input_type())
        if is_enum_type(type_) and node.value in type_.values:
            self._found.add(f"{type_.name}.{node.value}")


def error_texts() -> dict[str, Text]:
    return {name: text for name, text in vars(texts).items() if isinstance(text, Text)}


def _matched(messages: Iterable[str]) -> set[str]:
    every = "\n\0".join(messages)
    found = set()
    for name, text in error_texts().items():
        pattern = _PLACEHOLDER.sub("(?:[^\0]*?)", re.escape(text.words))
        if re.search(rf"(?:^|\0){pattern}(?:\n?\0|\n?$)", every):
            found.add(name)
    return found


if __name__ == "__main__":
    NAMES.write_text(json.dumps(recorded_names(), indent=1) + "\n", encoding="utf-8")
