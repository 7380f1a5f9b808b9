"""Which code writes a field: from its source, its type and what the store says of its columns."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    SelectionSetNode,
    get_named_type,
    is_list_type,
    is_non_null_type,
)

from app.shopify.gid import GidOf
from app.shopify.plan.leaves import quoted
from app.shopify.plan.scope import Reading, Value, through
from app.shopify.plan.selection import Selected
from app.shopify.plan.unplanned import UnplannedError
from app.shopify.plan.writer import Code, Template, Writing, listed_members
from app.shopify.schema.sources import SOURCE, Column, Embedded, Kinds, Listed, ParsedList, Source

if TYPE_CHECKING:
    from app.shopify.plan.compile import Compiling

Path = tuple[str, ...]

_TEXTS = frozenset({"String", "ID", "URL", "HTML", "FormattedString", "ARN"})
# Arguments of a connection that its source knows.
WINDOW = frozenset({"first", "last", "after", "before", "reverse"})


def source_of(field: GraphQLField) -> Source | None:
    """What the field says of where its value comes from."""
    definition = field.extensions.get("strawberry-definition")
    return None if definition is None else definition.metadata.get(SOURCE)


class Objects:
    """Puts the objects of one scope into the code of one writer."""

    def __init__(self, compiling: "Compiling", writing: Writing) -> None:
        self._compiling = compiling
        self._writing = writing

    def of(self, kind: str, sets: Iterable[SelectionSetNode], reading: Reading, path: Path) -> Template:
        """An object of that type, whose columns are read that way."""
        type_ = self._compiling.object_type(kind)
        fields = self._compiling.selections.of(type_, sets)
        return listed_members((field.key, self._field(type_, field, reading, (*path, field.key))) for field in fields)

    def one_of(
        self, kinds: Kinds | None, kind: str, sets: list[SelectionSetNode], reading: Reading, path: Path
    ) -> Template:
        """An object whose type a column tells."""
        if kinds is None:
            return self.of(kind, sets, reading, path)
        writing, found = self._writing, self._writing.new()
        told = self._value(reading, kinds.column).code
        word = "if"
        for value, each in kinds.types.items():
            with writing.indented(f"{word} {told} == {value!r}:"):
                writing.keep(found, self.of(each, sets, reading, path))
            word = "elif"
        with writing.indented("else:"):
            writing.line(f"raise {writing.name(UnplannedError)}('an unknown kind of {kind}')")
        return [Code(found)]

    def _field(self, type_: GraphQLObjectType, selected: Selected, reading: Reading, path: Path) -> Template:
        if selected.name == "__typename":
            return [f'"{type_.name}"']
        source = source_of(selected.field)
        if source is None or _beyond(source, selected):
            return [self._writing.part(self._compiling.resolved(self._writing.scope, type_, selected, reading, path))]
        if isinstance(source, Column):
            return self._leaf(selected.field, source, reading)
        if isinstance(source, Embedded):
            return self._embedded(selected, source, reading, path)
        scope, compiling = self._writing.scope, self._compiling
        part = compiling.tried(lambda: compiling.part(scope, selected, source, reading, path))
        return [self._writing.part(part or compiling.resolved(scope, type_, selected, reading, path))]

    def _embedded(self, selected: Selected, source: Embedded, reading: Reading, path: Path) -> Template:
        inner = through(source.columns, reading)
        if source.present is None:
            return self.one_of(source.kinds, source.type_name, selected.below, inner, path)
        writing, found = self._writing, self._writing.new()
        present = self._value(reading, source.present).code
        with writing.indented(f"if {present} is None:"):
            writing.keep(found, self._null(selected.field))
        with writing.indented("else:"):
            writing.keep(found, self.one_of(source.kinds, source.type_name, selected.below, inner, path))
        column = reading(source.present)
        if column is not None and any(_holds_objects(below) for below in selected.below):
            writing.writer.counted.append((writing.scope.place(column), path))
        return [Code(found)]

    def _null(self, field: GraphQLField) -> Template:
        if is_non_null_type(field.type):
            self._writing.line(f"raise {self._writing.name(UnplannedError)}('null for {field.type}')")
        return ["null"]

    def _leaf(self, field: GraphQLField, source: Column, reading: Reading) -> Template:
        values = [self._value(reading, name) for name in source.names]
        if len(values) == 1 and not source.uses_request:
            return self._single(field, source.compute, values[0])
        writing = self._writing
        given = ["request"] * source.uses_request + [_decoded(value) for value in values]
        compute = writing.name(source.compute)
        return [Code(f"{self._completing(field)}({compute}({', '.join(given)}))")]

    def _single(self, field: GraphQLField, compute: Callable[..., Any] | None, value: Value) -> Template:
        """A leaf of one column: the common kinds have the shortest code."""
        writing, named = self._writing, get_named_type(field.type).name
        if isinstance(compute, GidOf) and not value.optional:
            if value.kind == "whole":
                return [f'"{compute.prefix}', Code(value.code), '"']
            if value.kind == "text":
                return [Code(f"{writing.name(quoted)}({writing.name(compute.prefix)} + {value.code})")]
        if compute is None and value.kind == "text" and named in _TEXTS and not is_list_type(field.type):
            quote = f"{writing.name(quoted)}({value.code})"
            if value.optional and not is_non_null_type(field.type):
                null = writing.name(_NULL)
                return [Code(f"{null} if {value.code} is None else {quote}")]
            return [Code(quote)]
        if self._few(field, compute, value):
            memory = writing.name(self._compiling.memory(field, compute))
            found = f"{memory}[{_decoded(value)}]"
            return [writing.once(found) if not value.optional else Code(found)]
        given = _decoded(value)
        if compute is not None:
            given = f"{writing.name(compute)}({given})"
        return [Code(f"{self._completing(field)}({given})")]

    def _few(self, field: GraphQLField, compute: Callable[..., Any] | None, value: Value) -> bool:
        """Whether the texts are worth remembering: few values, or worth it to whoever made their format.

        Equal values of different kinds (1 and True and 1.0) have one text in each of these types.
        """
        named: Any = get_named_type(field.type)
        if is_list_type(field.type) or (is_non_null_type(field.type) and is_list_type(field.type.of_type)):
            return False
        if compute is not None:
            return hasattr(compute, "cache_info") or hasattr(named, "values") or value.kind == "flag"
        return named.name in ("Int", "Boolean") or hasattr(named, "values")

    def _completing(self, field: GraphQLField) -> str:
        return self._writing.name(self._compiling.completing(field))

    def _value(self, reading: Reading, column: str) -> Value:
        return self._writing.scope.value(reading(column))


_NULL = "null"


def _holds_objects(selections: SelectionSetNode) -> bool:
    """Whether what is below an object may cost something, so that it has to be known how many there are."""
    return any(not isinstance(each, FieldNode) or each.selection_set for each in selections.selections)


def _decoded(value: Value) -> str:
    """SQLite keeps flags as 0 and 1; resolvers know them as false and true."""
    return f"({value.code} != 0)" if value.kind == "flag" else value.code


def _beyond(source: Source, selected: Selected) -> bool:
    """Whether the field is asked for by arguments that its source does not know: then it is the resolver's."""
    known = WINDOW if isinstance(source, Listed | ParsedList) else frozenset()
    return any(given.name.value not in known for node in selected.nodes for given in node.arguments or ())


__all__ = ["WINDOW", "Objects", "source_of"]
