"""The limits on the depth and the fields of a document whose fragments are expanded."""

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from abandoned_checkouts.shopify.language.errors import ErrorEntry, entry, texts
from abandoned_checkouts.shopify.language.lexer import Limits


def expanded_over_limit(tree: DocumentNode, limits: Limits) -> ErrorEntry | None:
    """The error of a document that is beyond the limits once its fragments are expanded, or None."""
    if _is_surely_within(tree, limits):
        return None
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


def _is_surely_within(tree: DocumentNode, limits: Limits) -> bool:
    """Whether the text is so short that its fields need not be counted. Nothing is expanded without `...`."""
    text = "..." if tree.loc is None else tree.loc.source.body
    return "..." not in text and len(text) <= limits.fields and text.count("{") <= limits.depth


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
