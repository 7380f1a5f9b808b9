"""Leaves: values as JSON text, just as graphql-core completes them and orjson writes them."""

from collections.abc import Callable
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, TypeAlias

import orjson
from graphql import GraphQLOutputType, get_nullable_type, is_list_type, is_non_null_type

from abandoned_checkouts.shopify.execution.plan.unplanned import UnplannedError

TextOf: TypeAlias = Callable[[Any], str]

# Text in quotes, escaped as orjson does it; in C. Raises TypeError for what is no text.
quoted: TextOf = encode_basestring

# A memory of texts forgets everything at this size, so that a column with ever new values cannot fill the process.
_MOST = 65_536


class RememberedTexts(dict[object, str]):
    """The text of each value, worked out once: reading one that is known costs a look into a dict."""

    __slots__ = ("_make",)

    def __init__(self, make: TextOf) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, value: object) -> str:
        text = self._make(value)
        if len(self) >= _MOST:
            self.clear()
        self[value] = text
        return text


def text_of(value: object) -> str:
    return orjson.dumps(value).decode()


@lru_cache(maxsize=4096)
def text_maker(type_: GraphQLOutputType) -> TextOf:
    """What makes a text of what a resolver gives for a leaf of that type, or for a list of leaves.

    It raises UnplannedError where graphql-core would have an error to tell.
    """
    if is_non_null_type(type_):
        inner = text_maker(type_.of_type)

        def required(value: object) -> str:
            if value is None:
                raise UnplannedError(f"null for {type_}")
            return inner(value)

        return required
    if is_list_type(type_):
        item = text_maker(type_.of_type)

        def listed(value: object) -> str:
            if value is None:
                return "null"
            if not isinstance(value, list | tuple):
                raise UnplannedError(f"no list for {type_}")
            return f"[{','.join([item(each) for each in value])}]"

        return listed
    bare: Any = get_nullable_type(type_)
    serialize = bare.coerce_output_value

    def leaf(value: object) -> str:
        if value is None:
            return "null"
        serialized = serialize(value)
        if serialized is None:
            raise UnplannedError(f"no value for {type_}")
        return quoted(serialized) if serialized.__class__ is str else text_of(serialized)

    return leaf


@lru_cache(maxsize=4096)
def remembered_texts(type_: GraphQLOutputType, compute: Callable[..., object] | None) -> RememberedTexts:
    """The texts of a column's values, which `compute` makes values of that type of; all plans share one memory."""
    make = text_maker(type_)
    if compute is None:
        return RememberedTexts(make)
    return RememberedTexts(lambda value: make(compute(value)))
