"""The text of a scalar or enum field, made of columns of a row: with the fastest code for its type, and as a function
that all plans share."""

from collections.abc import Callable, Sequence

from graphql import GraphQLEnumType, GraphQLOutputType, get_named_type, is_list_type, is_non_null_type

from abandoned_checkouts.shopify.execution.plan.leaves import MARK, NULL, TEXT_TYPES, cached_texts, quoted, text_maker
from abandoned_checkouts.shopify.execution.plan.level import ABSENT, ColumnValue, Level
from abandoned_checkouts.shopify.execution.plan.number_texts import number_text
from abandoned_checkouts.shopify.execution.plan.row_functions import LEAF_FUNCTIONS, RowFunction
from abandoned_checkouts.shopify.execution.plan.templates import Code, Keyed, Quoted, Shared, Template
from abandoned_checkouts.shopify.execution.plan.writer import WriterBuilder
from abandoned_checkouts.shopify.schema.resolving.sources import Column
from abandoned_checkouts.shopify.values.gid import GidOf


def leaf(builder: WriterBuilder, type_: GraphQLOutputType, source: Column, values: Sequence[ColumnValue]) -> Template:
    """The template of a field of that type. `values` are the columns of its source."""
    places = tuple([value.at for value in values])
    if builder.is_of_one_row or ABSENT.at in places:
        return _template(builder, type_, source, values)
    key = (type_, source.compute, source.uses_request, *[(value.kind, value.optional) for value in values])
    function = LEAF_FUNCTIONS.get(key)
    if function is None:
        function = _function(type_, source, values)
        LEAF_FUNCTIONS.keep(key, function)
    # The constants in the code are numbered in the order of the fields.
    for constant in function.code.names.values():
        builder.name(constant)
    return [Shared(function.write, places, function.code, tuple([value.code for value in values]), source.uses_request)]


def _function(type_: GraphQLOutputType, source: Column, values: Sequence[ColumnValue]) -> RowFunction:
    """The function that makes the field's text from the values of its columns, with the same code."""
    names = [f"c{number}" for number in range(len(values))]
    builder = WriterBuilder(Level(None, columns=names), is_of_one_row=True)
    own = [
        ColumnValue(name, value.kind, value.optional, always=False) for name, value in zip(names, values, strict=True)
    ]
    return builder.row_function(_template(builder, type_, source, own), uses_request=source.uses_request)


def _template(
    builder: WriterBuilder, type_: GraphQLOutputType, source: Column, values: Sequence[ColumnValue]
) -> Template:
    if len(values) == 1 and not source.uses_request:
        return _of_one(builder, type_, source.compute, values[0])
    arguments = ["request"] * source.uses_request + [_resolver_value(value) for value in values]
    return [Code(f"{_text_maker(builder, type_)}({builder.name(source.compute)}({', '.join(arguments)}))")]


def _of_one(
    builder: WriterBuilder, type_: GraphQLOutputType, compute: Callable[..., object] | None, value: ColumnValue
) -> Template:
    """A leaf of one column."""
    named = get_named_type(type_).name
    if isinstance(compute, GidOf) and not value.optional:
        if value.kind == "whole":
            return [f'"{compute.prefix}', Code(value.code), '"']
        if value.kind == "text":
            expression = f"{builder.name(quoted)}({builder.name(compute.prefix)} + {value.code})"
            return [Quoted(expression, [f'"{compute.prefix}', Code(value.code), '"'])]
    if compute is None and value.kind == "text" and named in TEXT_TYPES and not is_list_type(type_):
        quote = f"{builder.name(quoted)}({value.code})"
        if value.optional and not is_non_null_type(type_):
            unless, mark = f"{builder.name(NULL)} if {value.code} is None else", builder.name(MARK)
            return [Quoted(f"{unless} {quote}", [Code(f'{unless} f"{{{mark}}}{{{value.code}}}{{{mark}}}"')])]
        return [Quoted(quote, ['"', Code(value.code), '"'])]
    if value.kind == "whole":
        text = number_text(builder, type_, compute, value)
        if text is not None:
            return text
    expression = _resolver_value(value)
    if _caches_texts(type_, compute, value):
        texts = cached_texts(type_, compute)
        cached = f"{builder.name(texts)}[{expression}]"
        if value.optional or not value.always:
            return [Code(cached)]
        return [Keyed(builder.once(cached).expression, texts, expression, is_once=True)]
    if compute is not None:
        expression = f"{builder.name(compute)}({expression})"
    return [Code(f"{_text_maker(builder, type_)}({expression})")]


def _text_maker(builder: WriterBuilder, type_: GraphQLOutputType) -> str:
    return builder.name(text_maker(type_))


def _caches_texts(type_: GraphQLOutputType, compute: Callable[..., object] | None, value: ColumnValue) -> bool:
    """Whether to cache the texts: the column has few values, or `compute` has a cache itself.

    Values that are equal but have different types (1, True and 1.0) have the same text in each of these types.
    """
    named = get_named_type(type_)
    if is_list_type(type_) or (is_non_null_type(type_) and is_list_type(type_.of_type)):
        return False
    if compute is not None:
        return hasattr(compute, "cache_info") or isinstance(named, GraphQLEnumType) or value.kind == "flag"
    return named.name in ("Int", "Boolean") or isinstance(named, GraphQLEnumType)


def _resolver_value(value: ColumnValue) -> str:
    """The column's expression with the value that resolvers get: SQLite stores booleans as 0 and 1."""
    return f"({value.code} != 0)" if value.kind == "flag" else value.code
