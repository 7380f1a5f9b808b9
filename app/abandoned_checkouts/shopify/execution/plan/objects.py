"""Selects the code that writes an object's fields, by each field's source. `leaf_code` has that of scalars."""

from collections.abc import Callable, Iterable

from graphql import (
    FieldNode,
    GraphQLObjectType,
    SelectionSetNode,
)

from abandoned_checkouts.shopify.execution.plan.field_at import FieldAt, FieldPath
from abandoned_checkouts.shopify.execution.plan.field_sources import (
    can_join,
    has_unsupported_arguments,
    shape_of,
    source_of,
)
from abandoned_checkouts.shopify.execution.plan.joined_texts import with_joined_texts
from abandoned_checkouts.shopify.execution.plan.leaf_code import leaf
from abandoned_checkouts.shopify.execution.plan.leaves import NULL
from abandoned_checkouts.shopify.execution.plan.level import Level, RowReader, joined, through
from abandoned_checkouts.shopify.execution.plan.level_compiler import LevelCompiler
from abandoned_checkouts.shopify.execution.plan.row_functions import ROW_FUNCTIONS, RowFunction
from abandoned_checkouts.shopify.execution.plan.templates import Branch, Code, Shared, Template, object_template
from abandoned_checkouts.shopify.execution.plan.unplanned import UnplannedError
from abandoned_checkouts.shopify.execution.plan.writer import WriterBuilder
from abandoned_checkouts.shopify.schema.resolving.sources import (
    Column,
    Embedded,
    Joined,
    Kinds,
)


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
            values = [at.level.value(at.reading(name)) for name in source.names]
            return leaf(builder, selected.field.type, source, values)
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
        values = [level.value(column) for column in function.columns]
        codes = tuple([value.code for value in values])
        return [Shared(function.write, tuple([value.at for value in values]), function.code, codes)]

    def _row_function(self, table: str, source: Embedded, below: list[SelectionSetNode]) -> RowFunction | None:
        schema = self._compiler.schema
        shape = shape_of(schema, source.type_name, below)
        if shape is None:
            return None
        key = (schema, table, tuple(source.columns.items()), source.type_name, shape)
        function = ROW_FUNCTIONS.get(key)
        if function is None:
            builder = WriterBuilder(Level(table), is_of_one_row=True)
            reading = through(source.columns, builder.level.own)
            template = ObjectTemplates(self._compiler, builder).of(source.type_name, below, reading, ())
            function = builder.row_function(with_joined_texts(builder, template))
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
        value = builder.level.value(present)
        required = None if at.optional else f"null for {at.selected.field.type}"
        with builder.indented(f"if {value.code} is None:"):
            if required is not None:
                builder.line(f"raise {builder.name(UnplannedError)}({required!r})")
            builder.keep(variable, [NULL])
        with builder.indented("else:"):
            template = make()
            builder.keep(variable, template)
        return [Code(variable) if present is None else Branch(variable, value.at, template, required)]


def _costs_by_number(selections: SelectionSetNode) -> bool:
    """Whether an object's selections can contain what is charged, objects or `__typename`, so that it is counted."""
    return any(
        not isinstance(each, FieldNode) or each.selection_set or each.name.value == "__typename"
        for each in selections.selections
    )
