"""Leaf values as JSON text, the same as graphql-core's values serialized by orjson."""

from collections.abc import Callable
from functools import lru_cache
from json.encoder import encode_basestring
from typing import TypeAlias

import orjson
from graphql import GraphQLOutputType, get_nullable_type, is_leaf_type, is_list_type, is_non_null_type

from abandoned_checkouts.shopify.execution.plan.unplanned import UnplannedError

TextOf: TypeAlias = Callable[[object], str]

# The types whose value is the column's text unchanged.
TEXT_TYPES = frozenset({"String", "ID", "URL", "HTML", "FormattedString", "ARN"})

NULL = "null"
# A constant, because an f-string inside of another one cannot have both kinds of quotation marks.
MARK = '"'

# A string as JSON, escaped as orjson does it. Implemented in C. Raises TypeError for other values.
quoted: Callable[[str], str] = encode_basestring

# A cache of texts is cleared at this size, so that a column with many values cannot fill the memory.
# All cached texts together, what an entry takes besides its text, and the longest text that is cached.
MOST_BYTES = 16 * 2**20
_ENTRY, _LONGEST = 200, 500


class CachedTexts(dict[object, str]):
    """A cache of the text of each value. Reading a cached text costs one dict access."""

    __slots__ = ("_make",)

    def __init__(self, make: TextOf) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, value: object) -> str:
        text = self._make(value)
        if len(text) <= _LONGEST:
            _held.add(self, _ENTRY + 2 * len(text))
            self[value] = text
        return text


class _Held:
    """The total size of all caches of texts. If it is too large, all of them are emptied."""

    def __init__(self) -> None:
        self.bytes = 0
        self._caches: dict[int, CachedTexts] = {}

    def add(self, cache: CachedTexts, size: int) -> None:
        if self.bytes + size > MOST_BYTES:
            for each in self._caches.values():
                each.clear()
            self._caches.clear()
            self.bytes = 0
        self._caches[id(cache)] = cache
        self.bytes += size


_held = _Held()


def cached_texts_bytes() -> int:
    """About how many bytes the cached texts of all columns take."""
    return _held.bytes


def text_of(value: object) -> str:
    return orjson.dumps(value).decode()


@lru_cache(maxsize=4096)
def text_maker(type_: GraphQLOutputType) -> TextOf:
    """The function that converts a resolver's value to text, for a leaf type or a list of leaves.

    The function raises UnplannedError if graphql-core would report an error.
    """
    make = _text_maker(type_)
    if getattr(get_nullable_type(type_), "name", None) not in TEXT_TYPES:
        return make

    def text(value: object) -> str:
        return quoted(value) if value.__class__ is str else make(value)

    return text


def _text_maker(type_: GraphQLOutputType) -> TextOf:
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
                raise UnplannedError(f"not a list for {type_}")
            return f"[{','.join([item(each) for each in value])}]"

        return listed
    bare = get_nullable_type(type_)
    assert is_leaf_type(bare)
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
def cached_texts(type_: GraphQLOutputType, compute: Callable[..., object] | None) -> CachedTexts:
    """The cache of a column's texts, shared by all plans. `compute` converts the column's values to that type."""
    make = text_maker(type_)
    if compute is None:
        return CachedTexts(make)
    return CachedTexts(lambda value: make(compute(value)))
