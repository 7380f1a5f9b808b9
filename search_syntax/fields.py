"""What may be searched: the fields of one resource, each with its kind, declared by the program that owns the data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum

from search_syntax.tree import DEFAULT


class Kind(Enum):
    TEXT = "text"  # matched word by word
    KEYWORD = "keyword"  # matched whole, without regard to case and accents
    ENUM = "enum"  # one of `values`, in any case
    ID = "id"  # a number or a global id
    NUMBER = "number"
    MONEY = "money"
    TIME = "time"
    BOOLEAN = "boolean"
    AGE = "age"  # hours since the time kept under `source`


ORDERED = frozenset({Kind.ID, Kind.NUMBER, Kind.MONEY, Kind.TIME, Kind.AGE})
LONGEST_MISSPELLING = 64  # comparing names costs the square of their length


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a resource.

    `source` is the key under which a record (or a table) holds it, the name itself if not given. `values` are an
    enum's, in lower case. `examples` are whole terms (`id:>=1234`). `extended` marks a field that the platform does
    not know and that is searched only if the FieldSet says so.

    `global_id`, for ids: the type named in an accepted global id (`gid://shop/Type/1`), any if not given.
    `positive`, for ids: only whole numbers above zero and UUIDs are taken, and the warning says so.
    `indexed`, for times: the field lives in a search index, as most do, and not in the database. The two echo times
    differently (recorded): an index shows the shop's zone and `<` as `range_lte`; the database shows UTC and `<` as
    `range_lt`, and reads a date without zone as UTC.
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

    @property
    def key(self) -> str:
        return self.source or self.name

    @property
    def ordered(self) -> bool:
        """Can it be compared with `<` and `>`?"""
        return self.kind in ORDERED


class FieldSet:
    """The fields of a resource. A field named `default` is what words without a name search; there may be none.

    Extended fields count only when `extended` is true.
    """

    __slots__ = ("_by_name", "_declared", "extended")

    def __init__(self, fields: Iterable[Field], *, extended: bool = False) -> None:
        self._declared = tuple(fields)
        self.extended = extended
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
        """All fields, the extended ones too, whether they count here or not."""
        return self._declared

    def nearest(self, name: str) -> str | None:
        """The field that was probably meant by `name`."""
        return nearest(name, [field for field in self._by_name if field != DEFAULT])


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice most like `word`, if one is like it at all."""
    if len(word) > LONGEST_MISSPELLING:
        return None
    found = get_close_matches(word.lower(), list(choices), n=1, cutoff=0.6)
    return found[0] if found else None
