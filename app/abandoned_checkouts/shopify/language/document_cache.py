"""The documents that were read last.

Clients repeat texts, so documents are cached (least recently used). Errors are cached as well, because an invalid query
that is repeated must not cost more than a valid one. Texts that differ only in literals share a document (see
literals.py).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial
from itertools import islice

from graphql import GraphQLSchema, OperationDefinitionNode

from abandoned_checkouts.shopify.language.document import Document, Operation, prepared_operation, read_document
from abandoned_checkouts.shopify.language.lexer import Limits, tokens
from abandoned_checkouts.shopify.language.literals import (
    Skeleton,
    SkeletonDocument,
    SplitText,
    VariablesWithLiterals,
    split_literals,
)

# Bytes that a cached document takes per token, with its tree, plans and costs. Measured: 770 bytes for a list of
# checkouts with customers and line items.
_BYTES_PER_TOKEN = 800
# A document that shares a tree, or has errors alone.
_BYTES_PER_DOCUMENT = 3_000
# Longer documents are read again each time: few clients send them, and each takes megabytes.
_MOST_KEPT_TOKENS = 2_500


class Documents:
    """The documents of one schema: those used last, at most `size`, and about `max_bytes` with their plans.

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

    def known(self, text: str) -> Document | None:
        """The document of a text that is cached, or None."""
        document = self._kept.get(text)
        if document is not None:
            self._kept.move_to_end(text)
        return document

    def read(self, text: str) -> Document:
        document = self.known(text)
        if document is not None:
            return document
        document = self._read(text)
        if not _is_kept(text):
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
        if split is not None and document.operations and _is_kept(text):
            self._shared[split.skeleton] = _Shared(document, split)
            self.bytes += _kept_bytes(document)
            if len(self._shared) > self._size:
                self._forget_shared()
        return document

    def _read_alone(self, text: str) -> Document:
        return read_document(self.schema, text, self._limits)

    def _forget_shared(self) -> None:
        _, shared = self._shared.popitem(last=False)
        self.bytes -= _kept_bytes(shared.first)


def _is_kept(text: str) -> bool:
    """Whether a text is short enough. The tokens of most texts need not be counted: they have at least a character."""
    return len(text) <= _MOST_KEPT_TOKENS or _token_count(text) <= _MOST_KEPT_TOKENS


def _token_count(text: str) -> int:
    """The number of tokens; at most one more than a kept text may have."""
    return sum(1 for _ in islice(tokens(text), _MOST_KEPT_TOKENS + 1))


def _kept_bytes(document: Document) -> int:
    """About what a kept document takes in memory."""
    is_tree = any(operation.written is None for operation in document.operations.values())
    own = 4 * len(document.text) + _BYTES_PER_DOCUMENT
    return own + document.tokens * _BYTES_PER_TOKEN if is_tree else own


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
                    self._operations[name] = prepared_operation(schema, skeleton.document, node)
        return skeleton

    def _with(self, name: str, literals: dict[str, object], read: Callable[[], Document]) -> Operation:
        def written() -> Operation:
            return read().operations[name]

        declared = self.first.operations[name].variables
        variables = VariablesWithLiterals(declared, literals, lambda: written().variables)
        return replace(self._operations[name], variables=variables, written=written)
