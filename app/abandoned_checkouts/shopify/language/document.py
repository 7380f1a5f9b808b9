"""A document, read once: parsed, validated, and its operations made ready to run.

Texts repeat, so what was learned from one is kept (least recently used first out). Errors are kept as well: a client
that repeats a broken query should not cost more than one that repeats a good one. Texts that repeat but for their
literals share what was learned (see literals.py).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from itertools import islice
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OverlappingFieldsCanBeMergedRule,
    SelectionSetNode,
    parse,
    specified_rules,
)
from graphql import validate as graphql_core_validate

from abandoned_checkouts.shopify.language.cost import Cost
from abandoned_checkouts.shopify.language.deprecations import deprecations
from abandoned_checkouts.shopify.language.errors import ErrorEntry, entry, texts
from abandoned_checkouts.shopify.language.errors.execution import from_graphql_core
from abandoned_checkouts.shopify.language.errors.syntax import syntax_error
from abandoned_checkouts.shopify.language.lexer import Limits, over_limit, tokens
from abandoned_checkouts.shopify.language.literals import Apart, Shape, Skeleton, WithLiterals, taken_apart
from abandoned_checkouts.shopify.language.validation import validate
from abandoned_checkouts.shopify.language.variables import Variables

__all__ = ["Document", "Documents", "Operation"]

# Ours replaces the one rule whose time is quadratic; the others confirm that execution is safe.
_CONFIRMING_RULES = tuple(rule for rule in specified_rules if rule is not OverlappingFieldsCanBeMergedRule)


@dataclass(slots=True)
class Operation:
    """One operation of a document, with everything about it that does not depend on the request."""

    node: OperationDefinitionNode
    document: DocumentNode
    schema: GraphQLSchema
    variables: Variables
    cost: Cost
    deprecations: tuple[str, ...]
    # For whoever compiles or checks operations further: kept exactly as long as the operation itself.
    kept: dict[str, Any] = field(default_factory=dict)
    # Where literals became variables: the operation as its text has it.
    written: Callable[[], Operation] | None = None

    @property
    def as_written(self) -> Operation:
        """With every literal, and every place of an error, as in the client's text."""
        return self if self.written is None else self.written()

    @property
    def name(self) -> str | None:
        return self.node.name.value if self.node.name else None

    @property
    def is_mutation(self) -> bool:
        return self.node.operation.value == "mutation"


@dataclass(frozen=True, slots=True)
class Document:
    """What a text turned out to be: operations by name (the nameless one under ""), or errors.

    `names` are those of the operations written down, valid or not; None when the text could not be parsed.
    """

    text: str
    names: tuple[str, ...] | None
    operations: dict[str, Operation] = field(default_factory=dict)
    errors: tuple[ErrorEntry, ...] = ()

    def operation(self, name: str | None = None) -> Operation | tuple[ErrorEntry, ...]:
        """The operation to run, or the errors to answer. Which operation is asked for is settled before
        whether the document is valid, as graphql-ruby does."""
        if self.names is None:
            return self.errors
        if name:
            if name not in self.names:
                return (entry(texts.OPERATION_NOT_FOUND, name=name),)
        elif len(self.names) > 1:
            return (entry(texts.OPERATION_NAME_REQUIRED),)
        return self.errors or self.operations[name or self.names[0]]


# What a token of a kept document takes in memory, with its tree, plans and prices: measured, 770 bytes
# for a list of checkouts with its customers and line items.
_BYTES_PER_TOKEN = 800
# A document that shares a tree, or has errors alone.
_BYTES_PER_DOCUMENT = 3_000
# Longer documents are read again each time: few clients send them, and each takes megabytes.
_MOST_KEPT_TOKENS = 2_500


class Documents:
    """The documents of one schema: those used last, at most `size`, and about `max_bytes` with all that hangs on them.

    Not for use by several threads at once.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        *,
        size: int = 1_000,
        max_bytes: int = 16 * 2**20,
        limits: Limits | None = None,
    ) -> None:
        self.schema = schema
        self.bytes = 0
        self._limits = limits or Limits()
        self._size = size
        self._max_bytes = max_bytes
        self._kept: OrderedDict[str, Document] = OrderedDict()
        self._shared: OrderedDict[Skeleton, _Shared] = OrderedDict()
        # Documents as written, of texts that share a tree; errors need them, several times for one request.
        self._written = lru_cache(maxsize=2)(self._read_alone)

    @property
    def kept(self) -> int:
        """How many documents are kept at the moment."""
        return len(self._kept)

    def read(self, text: str) -> Document:
        document = self._kept.get(text)
        if document is not None:
            self._kept.move_to_end(text)
            return document
        document = self._learned(text)
        if _token_count(text) > _MOST_KEPT_TOKENS:
            return document
        self._kept[text] = document
        self.bytes += _kept_bytes(document)
        while len(self._kept) > self._size or (self.bytes > self._max_bytes and len(self._kept) > 1):
            _, oldest = self._kept.popitem(last=False)
            self.bytes -= _kept_bytes(oldest)
        while self._shared and self.bytes > self._max_bytes:
            self._forget_shared()
        return document

    def _learned(self, text: str) -> Document:
        apart = taken_apart(text) if len(text) <= self._limits.characters else None
        shared = None if apart is None else self._shared.get(apart.skeleton)
        if apart is not None and shared is not None:
            self._shared.move_to_end(apart.skeleton)
            document = shared.document(self.schema, text, apart, self._written)
            if document is not None:
                return document
        document = self._read_alone(text)
        if apart is not None and document.operations and _token_count(text) <= _MOST_KEPT_TOKENS:
            self._shared[apart.skeleton] = _Shared(document, apart)
            self.bytes += _kept_bytes(document)
            if len(self._shared) > self._size:
                self._forget_shared()
        return document

    def _read_alone(self, text: str) -> Document:
        return _read(self.schema, text, self._limits)

    def _forget_shared(self) -> None:
        _, shared = self._shared.popitem(last=False)
        self.bytes -= _kept_bytes(shared.first)


def _token_count(text: str) -> int:
    """The number of tokens; at most one more than a kept text may have."""
    return sum(1 for _ in islice(tokens(text), _MOST_KEPT_TOKENS + 1))


def _kept_bytes(document: Document) -> int:
    """About what a kept document takes in memory."""
    is_tree = any(operation.written is None for operation in document.operations.values())
    own = 4 * len(document.text) + _BYTES_PER_DOCUMENT
    return own + _token_count(document.text) * _BYTES_PER_TOKEN if is_tree else own


class _Shared:
    """What texts of one skeleton have in common: made when there is a second one."""

    __slots__ = ("_apart", "_operations", "_shape", "first")

    def __init__(self, first: Document, apart: Apart) -> None:
        self.first = first
        self._operations: dict[str, Operation] = {}
        self._shape: Shape | None = None
        self._apart = apart

    def document(
        self, schema: GraphQLSchema, text: str, apart: Apart, written: Callable[[str], Document]
    ) -> Document | None:
        """The document of a text; None where it differs from the first in more than may be."""
        shape = self._shape or self._made(schema)
        literals = shape.literals(apart) if shape.is_shared else None
        if literals is None:
            return None
        read = partial(written, text)
        return Document(
            text, self.first.names, {name: self._with(name, literals, read) for name in self.first.operations}
        )

    def _made(self, schema: GraphQLSchema) -> Shape:
        tree = next(iter(self.first.operations.values())).document
        shape = self._shape = Shape(schema, tree, self._apart)
        if shape.is_shared:
            for node in shape.document.definitions:
                if isinstance(node, OperationDefinitionNode):
                    name = node.name.value if node.name else ""
                    self._operations[name] = _prepare(schema, shape.document, node)
        return shape

    def _with(self, name: str, literals: dict[str, object], read: Callable[[], Document]) -> Operation:
        def written() -> Operation:
            return read().operations[name]

        declared = self.first.operations[name].variables
        variables = WithLiterals(declared, literals, lambda: written().variables)
        return replace(self._operations[name], variables=variables, written=written)


def _read(schema: GraphQLSchema, text: str, limits: Limits) -> Document:
    refused = over_limit(text, limits)
    if refused is not None:
        return Document(text, None, errors=(refused,))
    try:
        tree = parse(text, allow_empty_selection_sets=False)
    except GraphQLSyntaxError as error:
        return Document(text, None, errors=(syntax_error(text, error),))
    refused = _expanded_over_limit(tree, limits)
    if refused is not None:
        return Document(text, None, errors=(refused,))
    nodes = [node for node in tree.definitions if isinstance(node, OperationDefinitionNode)]
    names = tuple(node.name.value if node.name else "" for node in nodes)
    errors = validate(schema, tree)
    if not errors:
        confirming = graphql_core_validate(schema, tree, _CONFIRMING_RULES)
        errors = [from_graphql_core(error) for error in confirming]
    if errors:
        return Document(text, names, errors=tuple(errors))
    return Document(text, names, {name: _prepare(schema, tree, node) for name, node in zip(names, nodes, strict=True)})


def _prepare(schema: GraphQLSchema, tree: DocumentNode, node: OperationDefinitionNode) -> Operation:
    return Operation(
        node=node,
        document=tree,
        schema=schema,
        variables=Variables(schema, node),
        cost=Cost(schema, tree, node),
        deprecations=deprecations(schema, tree, node),
    )


def _expanded_over_limit(tree: DocumentNode, limits: Limits) -> ErrorEntry | None:
    """Refuse a document whose fragments, spread again and again, expand beyond the limits."""
    expansion = _Expansion(tree, limits)
    for node in tree.definitions:
        if isinstance(node, OperationDefinitionNode):
            try:
                fields = expansion.fields(node.selection_set, 1)
            except _TooDeepError:
                return entry(texts.TOO_DEEP, node, limit=limits.depth)
            if fields > limits.fields:
                return entry(texts.TOO_MANY_FIELDS, node, limit=limits.fields)
    return None


class _TooDeepError(Exception):
    pass


class _Expansion:
    """Counts what a document expands to, measuring each fragment once, so that counting itself stays linear.

    A fragment that spreads itself counts as nothing where it does; validation reports it.
    """

    def __init__(self, tree: DocumentNode, limits: Limits) -> None:
        self._fragments = {
            node.name.value: node for node in tree.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._limits = limits
        # Per fragment: how many fields it expands to, and how many levels below its own first.
        self._measured: dict[str, tuple[int, int]] = {}
        self._deepest = 0

    def fields(self, selections: SelectionSetNode, level: int) -> int:
        if level > self._limits.depth:
            raise _TooDeepError
        self._deepest = max(self._deepest, level)
        count = 0
        for node in selections.selections:
            count += 1
            if isinstance(node, FragmentSpreadNode):
                count += self._fragment(node.name.value, level + 1)
            elif isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set is not None:
                count += self.fields(node.selection_set, level + 1)
        return count

    def _fragment(self, name: str, level: int) -> int:
        fragment = self._fragments.get(name)
        if fragment is None:
            return 0
        if name not in self._measured:
            self._measured[name] = (0, 0)
            outer, self._deepest = self._deepest, level
            count = self.fields(fragment.selection_set, level)
            self._measured[name] = (count, self._deepest - level)
            self._deepest = max(outer, self._deepest)
        count, below = self._measured[name]
        if level + below > self._limits.depth:
            raise _TooDeepError
        return count
