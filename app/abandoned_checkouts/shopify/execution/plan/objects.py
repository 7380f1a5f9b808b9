"""Which code writes an object's fields: found from each one's source, its type and what the store says of columns."""

from collections.abc import Callable, Iterable
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    SelectionSetNode,
    get_named_type,
    is_list_type,
    is_non_null_type,
)

from abandoned_checkouts.shopify.execution.plan.field_at import FieldAt, FieldPath
from abandoned_checkouts.shopify.execution.plan.leaves import quoted, remembered_texts, text_maker
from abandoned_checkouts.shopify.execution.plan.level import ColumnValue, RowReader, through
from abandoned_checkouts.shopify.execution.plan.level_compiler import LevelCompiler
from abandoned_checkouts.shopify.execution.plan.selection import Selected
from abandoned_checkouts.shopify.execution.plan.unplanned import UnplannedError
from abandoned_checkouts.shopify.execution.plan.writer import Code, Template, WriterBuilder, object_template
from abandoned_checkouts.shopify.schema.resolving.sources import (
    SOURCE,
    Column,
    Embedded,
    Kinds,
    Listed,
    ParsedList,
    Source,
)
from abandoned_checkouts.shopify.values.gid import GidOf

# The arguments of a connection, which the source of one knows how to take.
WINDOW = frozenset({"first", "last", "after", "before", "reverse"})

# What these types answer is the column's text as it is.
_TEXTS = frozenset({"String", "ID", "URL", "HTML", "FormattedString", "ARN"})
_NULL = "null"


def source_of(field: GraphQLField) -> Source | None:
    """What the field says of where its value comes from."""
    definition = field.extensions.get("strawberry-definition")
    return None if definition is None else definition.metadata.get(SOURCE)


class ObjectTemplates:
    """Makes the templates of objects for one writer; code that does not fit into a template becomes lines before it."""

    def __init__(self, compiler: LevelCompiler, writing: WriterBuilder) -> None:
        self._compiler = compiler
        self._writing = writing

    def of(self, kind: str, sets: Iterable[SelectionSetNode], reading: RowReader, path: FieldPath) -> Template:
        """An object of the type `kind`, whose columns are read that way."""
        type_ = self._compiler.object_type(kind)
        members: list[tuple[str, Template]] = []
        for selected in self._compiler.selections.of(type_, sets):
            at = FieldAt(self._writing.level, reading, selected, (*path, selected.key))
            members.append((selected.key, self._field(type_, at)))
        return object_template(members)

    def one_of(
        self, kinds: Kinds | None, kind: str, sets: list[SelectionSetNode], reading: RowReader, path: FieldPath
    ) -> Template:
        """An object of the type `kind`, or where that is an interface or a union, of the type that a column tells."""
        if kinds is None:
            return self.of(kind, sets, reading, path)
        writing, variable = self._writing, self._writing.variable()
        told = writing.level.value(reading(kinds.column)).code
        word = "if"
        for value, each in kinds.types.items():
            with writing.indented(f"{word} {told} == {value!r}:"):
                writing.keep(variable, self.of(each, sets, reading, path))
            word = "elif"
        with writing.indented("else:"):
            writing.line(f"raise {writing.name(UnplannedError)}('an unknown kind of {kind}')")
        return [Code(variable)]

    def _field(self, type_: GraphQLObjectType, at: FieldAt) -> Template:
        selected, compiler, writing = at.selected, self._compiler, self._writing
        if selected.name == "__typename":
            return [f'"{type_.name}"']
        source = source_of(selected.field)
        if source is None or _asks_beyond(source, selected):
            return [writing.part(compiler.resolved(type_, at))]
        if isinstance(source, Column):
            return self._leaf(selected.field, source, at.reading)
        if isinstance(source, Embedded):
            return self._embedded(at, source)
        part = compiler.tried(lambda: compiler.part(at, source))
        return [writing.part(part or compiler.resolved(type_, at))]

    def _embedded(self, at: FieldAt, source: Embedded) -> Template:
        selected, inner = at.selected, through(source.columns, at.reading)
        if source.present is None:
            return self.one_of(source.kinds, source.type_name, selected.below, inner, at.path)
        writing, variable = self._writing, self._writing.variable()
        present = at.reading(source.present)
        with writing.indented(f"if {writing.level.value(present).code} is None:"):
            if not at.optional:
                writing.line(f"raise {writing.name(UnplannedError)}('null for {selected.field.type}')")
            writing.keep(variable, [_NULL])
        with writing.indented("else:"):
            writing.keep(variable, self.one_of(source.kinds, source.type_name, selected.below, inner, at.path))
        if present is not None and any(_holds_objects(below) for below in selected.below):
            writing.writer.counted.append((writing.level.index(present), at.path))
        return [Code(variable)]

    def _leaf(self, field: GraphQLField, source: Column, reading: RowReader) -> Template:
        writing = self._writing
        values = [writing.level.value(reading(name)) for name in source.names]
        if len(values) == 1 and not source.uses_request:
            return self._leaf_of_one(field, source.compute, values[0])
        given = ["request"] * source.uses_request + [_as_resolvers_know(value) for value in values]
        return [Code(f"{self._text_maker(field)}({writing.name(source.compute)}({', '.join(given)}))")]

    def _leaf_of_one(self, field: GraphQLField, compute: Callable[..., object] | None, value: ColumnValue) -> Template:
        """A leaf of one column: the shortest code that is right for it."""
        writing, named = self._writing, get_named_type(field.type).name
        if isinstance(compute, GidOf) and not value.optional:
            if value.kind == "whole":
                return [f'"{compute.prefix}', Code(value.code), '"']
            if value.kind == "text":
                return [Code(f"{writing.name(quoted)}({writing.name(compute.prefix)} + {value.code})")]
        if compute is None and value.kind == "text" and named in _TEXTS and not is_list_type(field.type):
            quote = f"{writing.name(quoted)}({value.code})"
            if value.optional and not is_non_null_type(field.type):
                return [Code(f"{writing.name(_NULL)} if {value.code} is None else {quote}")]
            return [Code(quote)]
        given = _as_resolvers_know(value)
        if _is_worth_remembering(field, compute, value):
            text = f"{writing.name(remembered_texts(field.type, compute))}[{given}]"
            return [Code(text) if value.optional else writing.once(text)]
        if compute is not None:
            given = f"{writing.name(compute)}({given})"
        return [Code(f"{self._text_maker(field)}({given})")]

    def _text_maker(self, field: GraphQLField) -> str:
        return self._writing.name(text_maker(field.type))


def _is_worth_remembering(field: GraphQLField, compute: Callable[..., object] | None, value: ColumnValue) -> bool:
    """Whether the column has few values, or such as whoever made their format finds worth it.

    Equal values of different kinds (1 and True and 1.0) have one text in each of these types.
    """
    named: Any = get_named_type(field.type)
    if is_list_type(field.type) or (is_non_null_type(field.type) and is_list_type(field.type.of_type)):
        return False
    if compute is not None:
        return hasattr(compute, "cache_info") or hasattr(named, "values") or value.kind == "flag"
    return named.name in ("Int", "Boolean") or hasattr(named, "values")


def _holds_objects(selections: SelectionSetNode) -> bool:
    """Whether what is below an object may cost something, so that it has to be known how many there are."""
    return any(not isinstance(each, FieldNode) or each.selection_set for each in selections.selections)


def _as_resolvers_know(value: ColumnValue) -> str:
    """SQLite keeps flags as 0 and 1; resolvers know them as false and true."""
    return f"({value.code} != 0)" if value.kind == "flag" else value.code


def _asks_beyond(source: Source, selected: Selected) -> bool:
    """Whether the field is asked for by arguments that its source does not know: then it is the resolver's."""
    known = WINDOW if isinstance(source, Listed | ParsedList) else frozenset()
    return any(given.name.value not in known for node in selected.nodes for given in node.arguments or ())
