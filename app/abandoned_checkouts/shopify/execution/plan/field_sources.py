"""The sources of fields: which of them a plan can use in the SELECT of the object around them, and which need no more
than its row."""

from collections.abc import Hashable, Iterable, Sequence

from graphql import FieldNode, GraphQLField, GraphQLObjectType, GraphQLSchema, SelectionSetNode

from abandoned_checkouts.checkouts.caches import cached
from abandoned_checkouts.shopify.execution.plan.field_at import FieldAt
from abandoned_checkouts.shopify.execution.plan.level_compiler import LevelCompiler
from abandoned_checkouts.shopify.execution.plan.selection import Selected
from abandoned_checkouts.shopify.language.quick_parser import plain_selections, plain_tokens
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
    for node in selected.nodes:
        if node.arguments:
            supported = WINDOW if isinstance(source, Listed | ParsedList) else frozenset()
            if any(each.name.value not in supported for each in node.arguments):
                return True
    return False


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


def shape_of(schema: GraphQLSchema, kind: str, sets: Sequence[SelectionSetNode]) -> Hashable | None:
    """The keys and fields that are selected from an object, as a part of a key of row_functions. None if a field needs
    more than columns, or if directives or fragments decide what is selected."""
    if len(sets) != 1:
        return None
    tokens = plain_tokens(sets[0])
    return _shape(schema, kind, sets[0]) if tokens is None else _plain_shape(schema, kind, tokens)


@cached(100, 4_000)
def _plain_shape(schema: GraphQLSchema, kind: str, tokens: tuple[str, ...]) -> Hashable | None:
    return _shape(schema, kind, plain_selections(tokens))


def _shape(schema: GraphQLSchema, kind: str, selections: SelectionSetNode) -> Hashable | None:
    type_ = schema.get_type(kind)
    if not isinstance(type_, GraphQLObjectType):
        return None
    members: list[Hashable] = []
    for node in selections.selections:
        if not isinstance(node, FieldNode) or node.directives or node.arguments:
            return None
        name = node.name.value
        field, inner = type_.fields.get(name), None
        if field is not None:
            source = source_of(field)
            if isinstance(source, Embedded) and source.present is None and source.kinds is None:
                inner = shape_of(schema, source.type_name, [node.selection_set] if node.selection_set else [])
                if inner is None:
                    return None
            elif not isinstance(source, Column) or source.uses_request:
                return None
        elif name != "__typename":
            return None
        members.append((node.alias.value if node.alias else name, name, inner))
    return tuple(members)
