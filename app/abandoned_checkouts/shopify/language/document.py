"""One document: a text, parsed and validated, with operations that are ready to run, or with its errors.

document_cache.py keeps documents for texts that clients repeat.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
)

from abandoned_checkouts.shopify.language.confirming import confirm
from abandoned_checkouts.shopify.language.cost import Cost
from abandoned_checkouts.shopify.language.deprecations import deprecations
from abandoned_checkouts.shopify.language.errors import ErrorEntry, entry, texts
from abandoned_checkouts.shopify.language.errors.execution import from_graphql_core
from abandoned_checkouts.shopify.language.errors.syntax import syntax_error
from abandoned_checkouts.shopify.language.expanded_size import expanded_over_limit
from abandoned_checkouts.shopify.language.lexer import Limits, over_limit
from abandoned_checkouts.shopify.language.parse import parse_document
from abandoned_checkouts.shopify.language.surely_valid import SelectedFields, surely_valid
from abandoned_checkouts.shopify.language.validation import validate
from abandoned_checkouts.shopify.language.variables import Variables

# Characters of the name of an operation in the log.
_LONGEST_NAME = 100


@dataclass(slots=True)
class Operation:
    """An operation of a document, with everything that does not depend on the request."""

    node: OperationDefinitionNode
    document: DocumentNode
    schema: GraphQLSchema
    variables: Variables
    cost: Cost
    deprecations: tuple[str, ...]
    # The fields that the document selects; None if they have not been found.
    selected: SelectedFields | None = None
    # A cache for code that compiles or checks operations. It lives as long as the operation.
    kept: dict[str, Any] = field(default_factory=dict)
    # If literals were replaced by variables: returns the operation of the client's text.
    written: Callable[[], Operation] | None = None

    @property
    def as_written(self) -> Operation:
        """The operation of the client's text, with its literals and the locations of errors."""
        return self if self.written is None else self.written()

    @property
    def name(self) -> str | None:
        return self.node.name.value if self.node.name else None

    @property
    def logged_name(self) -> str | None:
        """The name for the log, which can be shorter."""
        return self.node.name.value[:_LONGEST_NAME] if self.node.name else None

    @property
    def is_mutation(self) -> bool:
        return self.node.operation is OperationType.MUTATION


@dataclass(frozen=True, slots=True)
class Document:
    """The operations of a text by name ("" for one without a name), or its errors.

    `names` are the names of all its operations, valid or not; None if the text cannot be parsed. `tokens` is how many
    tokens a valid text has.
    """

    text: str
    names: tuple[str, ...] | None
    operations: dict[str, Operation] = field(default_factory=dict)
    errors: tuple[ErrorEntry, ...] = ()
    tokens: int = 0

    def operation(self, name: str | None = None) -> Operation | tuple[ErrorEntry, ...]:
        """The operation to run, or the errors to return. As in graphql-ruby, an unknown operation name is reported
        before errors of the document."""
        if self.names is None:
            return self.errors
        if name:
            if name not in self.names:
                return (entry(texts.OPERATION_NOT_FOUND, name=name),)
        elif len(self.names) > 1:
            return (entry(texts.OPERATION_NAME_REQUIRED),)
        return self.errors or self.operations[name or self.names[0]]


def read_document(schema: GraphQLSchema, text: str, limits: Limits) -> Document:
    """Parse and validate a text."""
    refused = over_limit(text, limits)
    if refused is not None:
        return Document(text, None, errors=(refused,))
    try:
        tree = parse_document(text)
    except GraphQLSyntaxError as error:
        return Document(text, None, errors=(syntax_error(text, error),))
    refused = expanded_over_limit(tree, limits)
    if refused is not None:
        return Document(text, None, errors=(refused,))
    nodes = [node for node in tree.definitions if isinstance(node, OperationDefinitionNode)]
    names = tuple(node.name.value if node.name else "" for node in nodes)
    selected = surely_valid(schema, tree)
    if selected is None:
        errors = validate(schema, tree) or [from_graphql_core(error) for error in confirm(schema, tree, text)]
        if errors:
            return Document(text, names, errors=tuple(errors))
    operations = {
        name: prepared_operation(schema, tree, node, selected) for name, node in zip(names, nodes, strict=True)
    }
    return Document(text, names, operations, tokens=tree.token_count)


def prepared_operation(
    schema: GraphQLSchema, tree: DocumentNode, node: OperationDefinitionNode, selected: SelectedFields | None = None
) -> Operation:
    """A valid operation with its variables, its cost and the deprecated fields that it selects."""
    may_be_deprecated = selected is None or selected.may_be_deprecated
    return Operation(
        node=node,
        document=tree,
        schema=schema,
        variables=Variables(schema, node),
        cost=Cost(schema, tree, node),
        deprecations=deprecations(schema, tree, node) if may_be_deprecated else (),
        selected=selected,
    )
