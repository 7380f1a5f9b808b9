"""Selects the code that writes an object's fields, by each field's source, its type and the store's column facts."""

from collections.abc import Callable, Iterable

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLObjectType,
    SelectionSetNode,
    get_named_type,
    is_list_type,
    is_non_null_type,
)

from abandoned_checkouts.shopify.execution.plan.field_at import FieldAt, FieldPath
from abandoned_checkouts.shopify.execution.plan.field_sources import (
    can_join,
    has_unsupported_arguments,
    shape_of,
    source_of,
)
from abandoned_checkouts.shopify.execution.plan.leaves import TEXT_TYPES, cached_texts, quoted, text_maker
from abandoned_checkouts.shopify.execution.plan.level import ColumnValue, Level, RowReader, joined, through
from abandoned_checkouts.shopify.execution.plan.level_compiler import LevelCompiler
from abandoned_checkouts.shopify.execution.plan.number_texts import number_text
from abandoned_checkouts.shopify.execution.plan.row_functions import ROW_FUNCTIONS, RowFunction
from abandoned_checkouts.shopify.execution.plan.unplanned import UnplannedError
from abandoned_checkouts.shopify.execution.plan.writer import Code, Template, WriterBuilder, object_template
from abandoned_checkouts.shopify.schema.resolving.sources import (
    Column,
    Embedded,
    Joined,
    Kinds,
)
from abandoned_checkouts.shopify.values.gid import GidOf

_NULL = "null"


class ObjectTemplates:
    """Creates the templates of objects for one writer. Code that needs statements is added as lines before them."""

    def __init__(self, compiler: LevelCompiler, builder: WriterBuilder) -> None:
        self._compiler = compiler
        self._builder = builder

    def of(self, kind: str, sets: Iterable[SelectionSetNode], reading: RowReader, path: FieldPath) -> Template:
        """The template of an object of the type `kind`, whose columns `reading` finds."""
        type_ = self._compiler.object_type(kind)
        members: list[tuple[str, Template]] = []
        for selected in self._compiler.selections.of(type_, sets):
            at = FieldAt(self._builder.level, reading, selected, (*path, selected.key))
            members.append((selected.key, self._field(type_, at)))
        return object_template(members)

    def one_of(
        self, kinds: Kinds | None, kind: str, sets: list[SelectionSetNode], reading: RowReader, path: FieldPath
    ) -> Template:
        """The template of an object whose type is in a column, for an interface or union `kind`.

        Without `kinds`, `kind` is an object type.
        """
        if kinds is None:
            return self.of(kind, sets, reading, path)
        builder, variable = self._builder, self._builder.variable()
        type_column = builder.level.value(reading(kinds.column)).code
        word = "if"
        for value, each in kinds.types.items():
            with builder.indented(f"{word} {type_column} == {value!r}:"):
                builder.keep(variable, self.of(each, sets, reading, path))
            word = "elif"
        with builder.indented("else:"):
            builder.line(f"raise {builder.name(UnplannedError)}('an unknown kind of {kind}')")
        return [Code(variable)]

    def _field(self, type_: GraphQLObjectType, at: FieldAt) -> Template:
        selected, compiler, builder = at.selected, self._compiler, self._builder
        if selected.name == "__typename":
            return [f'"{type_.name}"']
        source = source_of(selected.field)
        if source is None or has_unsupported_arguments(source, selected):
            return [builder.part(compiler.resolved(type_, at))]
        if isinstance(source, Column):
            return self._leaf(selected.field, source, at.reading)
        if isinstance(source, Embedded):
            return self._embedded(at, source)
        if isinstance(source, Joined) and can_join(compiler, at, source):
            return self._joined(at, source)
        part = compiler.attempt(lambda: compiler.part(at, source))
        return [builder.part(part or compiler.resolved(type_, at))]

    def _embedded(self, at: FieldAt, source: Embedded) -> Template:
        selected = at.selected
        if source.present is None:
            return self._embedded_object(at, source)
        present = at.reading(source.present)
        if present is not None and any(_costs_by_number(below) for below in selected.below):
            self._builder.writer.counted.append((at.level.index(present), at.path))
        return self._if_present(at, present, lambda: self._embedded_object(at, source))

    def _embedded_object(self, at: FieldAt, source: Embedded) -> Template:
        """The template of an embedded object that is there. One that is only made of columns is written by a function
        that all plans share."""
        level, below = at.level, at.selected.below
        function = None
        if source.kinds is None and level.table is not None and at.reading == level.own:
            function = self._row_function(level.table, source, below)
        if function is None:
            return self.one_of(source.kinds, source.type_name, below, through(source.columns, at.reading), at.path)
        values = ", ".join([level.value(column).code for column in function.columns])
        return [Code(f"{self._builder.shared(function)}({values})")]

    def _row_function(self, table: str, source: Embedded, below: list[SelectionSetNode]) -> RowFunction | None:
        schema = self._compiler.schema
        shape = shape_of(schema, source.type_name, below)
        if shape is None:
            return None
        key = (schema, table, tuple(source.columns.items()), source.type_name, shape)
        function = ROW_FUNCTIONS.get(key)
        if function is None:
            builder = WriterBuilder(Level(table), "m")
            reading = through(source.columns, builder.level.own)
            template = ObjectTemplates(self._compiler, builder).of(source.type_name, below, reading, ())
            function = builder.row_function(template)
            ROW_FUNCTIONS.keep(key, function)
        return function

    def _joined(self, at: FieldAt, source: Joined) -> Template:
        """A row of another table, which the level's SELECT joins."""
        level = at.level
        key = tuple((theirs, at.reading(ours) or "") for theirs, ours in source.on.items())
        alias = level.join(source.table, key)
        present = f"{alias}.{next(iter(source.on))}"
        self._compiler.paths.append(at.path)
        self._builder.writer.counted.append((level.index(present), at.path))
        reading = joined(alias, source.table)
        return self._if_present(at, present, lambda: self.of(source.type_name, at.selected.below, reading, at.path))

    def _if_present(self, at: FieldAt, present: str | None, make: Callable[[], Template]) -> Template:
        """The template of an object that is null if the column `present` is null."""
        builder, variable = self._builder, self._builder.variable()
        with builder.indented(f"if {builder.level.value(present).code} is None:"):
            if not at.optional:
                builder.line(f"raise {builder.name(UnplannedError)}('null for {at.selected.field.type}')")
            builder.keep(variable, [_NULL])
        with builder.indented("else:"):
            builder.keep(variable, make())
        return [Code(variable)]

    def _leaf(self, field: GraphQLField, source: Column, reading: RowReader) -> Template:
        builder = self._builder
        values = [builder.level.value(reading(name)) for name in source.names]
        if len(values) == 1 and not source.uses_request:
            return self._leaf_of_one(field, source.compute, values[0])
        arguments = ["request"] * source.uses_request + [_resolver_value(value) for value in values]
        return [Code(f"{self._text_maker(field)}({builder.name(source.compute)}({', '.join(arguments)}))")]

    def _leaf_of_one(self, field: GraphQLField, compute: Callable[..., object] | None, value: ColumnValue) -> Template:
        """A leaf of one column, with the fastest code for its type."""
        builder, named = self._builder, get_named_type(field.type).name
        if isinstance(compute, GidOf) and not value.optional:
            if value.kind == "whole":
                return [f'"{compute.prefix}', Code(value.code), '"']
            if value.kind == "text":
                return [Code(f"{builder.name(quoted)}({builder.name(compute.prefix)} + {value.code})")]
        if compute is None and value.kind == "text" and named in TEXT_TYPES and not is_list_type(field.type):
            quote = f"{builder.name(quoted)}({value.code})"
            if value.optional and not is_non_null_type(field.type):
                return [Code(f"{builder.name(_NULL)} if {value.code} is None else {quote}")]
            return [Code(quote)]
        if value.kind == "whole" and not value.optional:
            text = number_text(builder, field, compute, value.code)
            if text is not None:
                return text
        expression = _resolver_value(value)
        if _caches_texts(field, compute, value):
            cached = f"{builder.name(cached_texts(field.type, compute))}[{expression}]"
            return [Code(cached) if value.optional or not value.always else builder.once(cached)]
        if compute is not None:
            expression = f"{builder.name(compute)}({expression})"
        return [Code(f"{self._text_maker(field)}({expression})")]

    def _text_maker(self, field: GraphQLField) -> str:
        return self._builder.name(text_maker(field.type))


def _caches_texts(field: GraphQLField, compute: Callable[..., object] | None, value: ColumnValue) -> bool:
    """Whether to cache the texts: the column has few values, or `compute` has a cache itself.

    Values that are equal but have different types (1, True and 1.0) have the same text in each of these types.
    """
    named = get_named_type(field.type)
    if is_list_type(field.type) or (is_non_null_type(field.type) and is_list_type(field.type.of_type)):
        return False
    if compute is not None:
        return hasattr(compute, "cache_info") or isinstance(named, GraphQLEnumType) or value.kind == "flag"
    return named.name in ("Int", "Boolean") or isinstance(named, GraphQLEnumType)


def _costs_by_number(selections: SelectionSetNode) -> bool:
    """Whether an object's selections can contain what is charged, objects or `__typename`, so that it is counted."""
    return any(
        not isinstance(each, FieldNode) or each.selection_set or each.name.value == "__typename"
        for each in selections.selections
    )


def _resolver_value(value: ColumnValue) -> str:
    """The column's expression with the value that resolvers get: SQLite stores booleans as 0 and 1."""
    return f"({value.code} != 0)" if value.kind == "flag" else value.code
