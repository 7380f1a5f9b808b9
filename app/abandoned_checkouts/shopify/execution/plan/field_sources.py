"""The sources of fields, and which of them a plan can use in the SELECT of the object around them."""

from collections.abc import Iterable

from graphql import GraphQLField, SelectionSetNode

from abandoned_checkouts.shopify.execution.plan.field_at import FieldAt
from abandoned_checkouts.shopify.execution.plan.level_compiler import LevelCompiler
from abandoned_checkouts.shopify.execution.plan.selection import Selected
from abandoned_checkouts.shopify.schema.resolving.sources import (
    SOURCE,
    Column,
    Embedded,
    Joined,
    Listed,
    ParsedList,
    Source,
)
from abandoned_checkouts.store.reading.joined_tables import JoinedTable

# The arguments that the source of a connection supports.
WINDOW = frozenset({"first", "last", "after", "before", "reverse"})
# Objects with more columns are read by a statement of their own, which reads each of them once.
_MOST_JOINED_COLUMNS = 12


def source_of(field: GraphQLField) -> Source | None:
    """The source of the field; None if it has none."""
    definition = field.extensions.get("strawberry-definition")
    return None if definition is None else definition.metadata.get(SOURCE)


def has_unsupported_arguments(source: Source, selected: Selected) -> bool:
    """Whether the field has arguments that its source does not support, so that it needs its resolver."""
    supported = WINDOW if isinstance(source, Listed | ParsedList) else frozenset()
    return any(each.name.value not in supported for node in selected.nodes for each in node.arguments or ())


def can_join(compiler: LevelCompiler, at: FieldAt, source: Joined) -> bool:
    """Whether the SELECT of the object around the field can read the field's object too: only columns are selected
    from it, and not many."""
    if at.level.table is None or None in map(at.reading, source.on.values()):
        return False
    count = _columns(compiler, at.selected, source)
    return count is not None and count <= _MOST_JOINED_COLUMNS


def _columns(compiler: LevelCompiler, selected: Selected, source: Joined | Embedded) -> int | None:
    """The number of columns that are selected from an object; None if it has other fields."""
    if isinstance(source, Joined):
        if not JoinedTable("", source.table, tuple(source.on.items())).has_key:
            return None
    elif source.kinds is not None:
        return None
    return _columns_in(compiler, source.type_name, selected.below)


def _columns_in(compiler: LevelCompiler, kind: str, sets: Iterable[SelectionSetNode]) -> int | None:
    total = 1
    for selected in compiler.selections.of(compiler.object_type(kind), sets):
        source = None if selected.name == "__typename" else source_of(selected.field)
        if selected.name == "__typename":
            continue
        if source is None or has_unsupported_arguments(source, selected):
            return None
        if isinstance(source, Column):
            total += len(source.names)
        elif isinstance(source, Joined | Embedded):
            inner = _columns(compiler, selected, source)
            if inner is None:
                return None
            total += inner
        else:
            return None
    return total
