"""The search fields of a resource, each with its kind. The program that has the data declares them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum

from search_syntax.tree import DEFAULT


class Kind(Enum):
    TEXT = "text"  # matched word by word
    KEYWORD = "keyword"  # matched as a whole, ignoring case and accents
    ENUM = "enum"  # one of `values`, in any case
    ID = "id"  # a number or a global id
    NUMBER = "number"
    MONEY = "money"
    TIME = "time"
    BOOLEAN = "boolean"
    AGE = "age"  # hours since the time in `source`


ORDERED = frozenset({Kind.ID, Kind.NUMBER, Kind.MONEY, Kind.TIME, Kind.AGE})
LONGEST_MISSPELLING = 64  # the time to compare names grows with the square of their length


@dataclass(frozen=True, slots=True)
class Field:
    """A search field of a resource.

    `source`: the key of the value in a record or table; the name by default.
    `values`: the values of an enum, in lower case.
    `examples`: complete terms (`id:>=1234`).
    `extended`: the platform does not have this field; it is searched only in a FieldSet with `extended=True`.
    `global_id`, for ids: the type in an accepted global id (`gid://shop/Type/1`); any type by default.
    `positive`, for ids: only positive integers and UUIDs are accepted, with Shopify's warning for others.
    `several`: a record can have several values, such as the products of its lines.
    `indexed`, for times: the platform searches the field in its search index, not in its database.

    The two differ in `extensions.search` (recorded). The index shows times in the shop's zone and `<` as `range_lte`;
    the database shows UTC and `<` as `range_lt`, and parses a date without zone as UTC.
    """

    name: str
    kind: Kind
    description: str = ""
    values: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    extended: bool = False
    source: str = ""
    global_id: str = ""
    positive: bool = False
    indexed: bool = True
    several: bool = False

    @property
    def key(self) -> str:
        return self.source or self.name

    @property
    def ordered(self) -> bool:
        """Whether it can be compared with `<` and `>`."""
        return self.kind in ORDERED


class FieldSet:
    """The search fields of a resource. Words without a field name search the field named `default`, if there is one.

    Extended fields are included only if `extended` is true. `switch` is a sentence that says how to include them.
    """

    __slots__ = ("_by_name", "_declared", "extended", "switch")

    def __init__(self, fields: Iterable[Field], *, extended: bool = False, switch: str = "") -> None:
        self._declared = tuple(fields)
        self.extended, self.switch = extended, switch
        self._by_name = {field.name: field for field in self._declared if extended or not field.extended}

    def __iter__(self) -> Iterator[Field]:
        return iter(self._by_name.values())

    def __len__(self) -> int:
        return len(self._by_name)

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __repr__(self) -> str:
        return f"FieldSet({', '.join(self._by_name)})"

    def get(self, name: str) -> Field | None:
        return self._by_name.get(name)

    @property
    def default(self) -> Field | None:
        return self._by_name.get(DEFAULT)

    @property
    def declared(self) -> tuple[Field, ...]:
        """All fields, including extended ones that this set does not search."""
        return self._declared

    def is_off(self, name: str) -> bool:
        """Whether `name` is an extended field that this set does not search."""
        return name not in self._by_name and any(field.name == name for field in self._declared)

    def nearest(self, name: str) -> str | None:
        """The field name most similar to `name`; None if no name is similar."""
        return nearest(name, [field for field in self._by_name if field != DEFAULT])


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice most similar to `word`; None if no choice is similar."""
    if len(word) > LONGEST_MISSPELLING:
        return None
    found = get_close_matches(word.lower(), list(choices), n=1, cutoff=0.6)
    return found[0] if found else None
