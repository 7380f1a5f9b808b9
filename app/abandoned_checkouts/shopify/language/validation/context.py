"""The state of a visit of a document: the current path, the errors, and what the rules for whole documents need."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInputType,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    VariableNode,
)

from abandoned_checkouts.shopify.language.errors.entries import ErrorEntry, ErrorPath, entry
from abandoned_checkouts.shopify.language.errors.texts import Text

__all__ = ["Context", "Definition", "Spread", "Usage", "operation_label"]

# A hostile document could have thousands of errors.
_MOST_ERRORS = 100


@dataclass(frozen=True, slots=True)
class Usage:
    """A variable in a value: its place, and the type expected there (None if it is unknown)."""

    node: VariableNode
    path: ErrorPath
    argument: str
    argument_node: Node
    type: GraphQLInputType | None
    has_default: bool


@dataclass(frozen=True, slots=True)
class Spread:
    node: FragmentSpreadNode
    path: ErrorPath


@dataclass(slots=True)
class Definition:
    """An operation or a fragment, with the variables and fragments that it uses directly."""

    node: OperationDefinitionNode | FragmentDefinitionNode
    usages: list[Usage] = field(default_factory=list)
    spreads: list[Spread] = field(default_factory=list)


class Context:
    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self.schema = schema
        self.operations: list[Definition] = []
        self.fragments: dict[str, Definition] = {}
        self.fragment_nodes = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self.current: Definition | None = None
        self.path: list[str | int] = []
        self.entries: list[ErrorEntry] = []

    def add(self, text: Text, *nodes: Node, path: ErrorPath | None = None, **values: Any) -> None:
        if len(self.entries) < _MOST_ERRORS:
            place = tuple(self.path) if path is None else path
            self.entries.append(entry(text, *nodes, path=place, **values))

    @contextmanager
    def at(self, step: str | int) -> Iterator[None]:
        self.path.append(step)
        yield
        self.path.pop()

    def has_errors_below(self) -> bool:
        """Whether an error was reported at or below the current path."""
        depth = len(self.path)
        return any(found.get("path", [])[:depth] == self.path for found in self.entries)


def operation_label(node: OperationDefinitionNode | FragmentDefinitionNode) -> str:
    """The name of an operation in an error, for example `anonymous query`."""
    if isinstance(node, OperationDefinitionNode) and node.name is None:
        return f"anonymous {node.operation.value}"
    return node.name.value if node.name else ""
