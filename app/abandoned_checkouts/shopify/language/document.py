"""Documents: parsed and validated, with operations that are ready to run.

Clients repeat texts, so documents are cached (least recently used). Errors are cached as well, because an invalid query
that is repeated must not cost more than a valid one. Texts that differ only in literals share a document (see
literals.py).
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
from abandoned_checkouts.shopify.language.literals import (
    Skeleton,
    SkeletonDocument,
    SplitText,
    VariablesWithLiterals,
    split_literals,
)
from abandoned_checkouts.shopify.language.validation import validate
from abandoned_checkouts.shopify.language.variables import Variables

__all__ = ["Document", "Documents", "Operation"]

# graphql-core's rules confirm that a document can be executed. The one that takes quadratic time is replaced by ours.
_CONFIRMING_RULES = tuple(rule for rule in specified_rules if rule is not OverlappingFieldsCanBeMergedRule)


@dataclass(slots=True)
class Operation:
    """An operation of a document, with everything that does not depend on the request."""

    node: OperationDefinitionNode
    document: DocumentNode
    schema: GraphQLSchema
    variables: Variables
    cost: Cost
    deprecations: tuple[str, ...]
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
    def is_mutation(self) -> bool:
        return self.node.operation.value == "mutation"


@dataclass(frozen=True, slots=True)
class Document:
    """The operations of a text by name ("" for one without a name), or its errors.

    `names` are the names of all its operations, valid or not; None if the text cannot be parsed.
    """

    text: str
    names: tuple[str, ...] | None
    operations: dict[str, Operation] = field(default_factory=dict)
    errors: tuple[ErrorEntry, ...] = ()

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
        """The number of cached documents."""
        return len(self._kept)

    def read(self, text: str) -> Document:
        document = self._kept.get(text)
        if document is not None:
            self._kept.move_to_end(text)
            return document
        document = self._read(text)
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

    def _read(self, text: str) -> Document:
        split = split_literals(text) if len(text) <= self._limits.characters else None
        shared = None if split is None else self._shared.get(split.skeleton)
        if split is not None and shared is not None:
            self._shared.move_to_end(split.skeleton)
            document = shared.document(self.schema, text, split, self._written)
            if document is not None:
                return document
        document = self._read_alone(text)
        if split is not None and document.operations and _token_count(text) <= _MOST_KEPT_TOKENS:
            self._shared[split.skeleton] = _Shared(document, split)
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
    """The operations that texts of one skeleton share. They are created for the second text."""

    __slots__ = ("_operations", "_skeleton", "_split", "first")

    def __init__(self, first: Document, split: SplitText) -> None:
        self.first = first
        self._operations: dict[str, Operation] = {}
        self._skeleton: SkeletonDocument | None = None
        self._split = split

    def document(
        self, schema: GraphQLSchema, text: str, split: SplitText, written: Callable[[str], Document]
    ) -> Document | None:
        """The document of a text, or None if a literal differs from the first text's that must not."""
        skeleton = self._skeleton or self._create(schema)
        literals = skeleton.literals(split) if skeleton.is_shared else None
        if literals is None:
            return None
        read = partial(written, text)
        return Document(
            text, self.first.names, {name: self._with(name, literals, read) for name in self.first.operations}
        )

    def _create(self, schema: GraphQLSchema) -> SkeletonDocument:
        tree = next(iter(self.first.operations.values())).document
        skeleton = self._skeleton = SkeletonDocument(schema, tree, self._split)
        if skeleton.is_shared:
            for node in skeleton.document.definitions:
                if isinstance(node, OperationDefinitionNode):
                    name = node.name.value if node.name else ""
                    self._operations[name] = _prepare(schema, skeleton.document, node)
        return skeleton

    def _with(self, name: str, literals: dict[str, object], read: Callable[[], Document]) -> Operation:
        def written() -> Operation:
            return read().operations[name]

        declared = self.first.operations[name].variables
        variables = VariablesWithLiterals(declared, literals, lambda: written().variables)
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
    """The error of a document that is beyond the limits once its fragments are expanded, or None."""
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
    """Counts the fields of a document with expanded fragments, in linear time: each fragment is measured once.

    A fragment that spreads itself counts as empty there; validation reports it.
    """

    def __init__(self, tree: DocumentNode, limits: Limits) -> None:
        self._fragments = {
            node.name.value: node for node in tree.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._limits = limits
        # Fragment → the number of its fields when expanded, and its levels below the first.
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
