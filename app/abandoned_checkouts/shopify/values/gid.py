"""Global ids: gid://shopify/Type/resource, with an optional query (?model_name=Address)."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs

from abandoned_checkouts.checkouts.caches import cached

# "gid://shopify/Product" without a resource is not well-formed (recorded). NUL is not allowed in texts of a database.
_GID = re.compile(r"gid://shopify/([A-Za-z][A-Za-z0-9]*)/([^?\s/\x00]+)(?:\?([^\s\x00]*))?")
_LARGEST = (1 << 63) - 1
# Every number with so many digits fits into a column.
_MOST_DIGITS = 18


class InvalidGidError(ValueError):
    """A text that does not have the form gid://shopify/Type/resource."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r} is not a global id")


@dataclass(slots=True, unsafe_hash=True)
class Gid:
    """Do not change it. It is not frozen because creating a frozen object takes three times as long."""

    type_name: str
    resource: str
    query: str

    @property
    def number(self) -> int | None:
        """The resource as a number that fits into a column, or None: then nothing has this id."""
        if self.resource.isascii() and self.resource.isdigit() and len(self.resource) < 20:
            number = int(self.resource)
            return number if number <= _LARGEST else None
        return None

    @property
    def key(self) -> str:
        """The part after the type: the resource and the query."""
        return f"{self.resource}?{self.query}" if self.query else self.resource

    def parameter(self, name: str) -> str | None:
        values = parse_qs(self.query).get(name)
        return values[0] if values and "\0" not in values[0] else None


def is_gid(text: str) -> bool:
    """Whether a text has the form of a global id."""
    before, _, resource = text.rpartition("/")
    if before in _TYPES and resource.isalnum():
        return True
    return (_kept(text) if len(text) <= _LONGEST_KEPT else _parsed(text)) is not None


def parse_gid(text: str) -> Gid:
    """Raises InvalidGidError."""
    before, _, resource = text.rpartition("/")
    type_name = _TYPES.get(before)
    if type_name is not None and resource.isalnum():
        return Gid(type_name, resource, "")
    found = _kept(text) if len(text) <= _LONGEST_KEPT else _parsed(text)
    if found is None:
        raise InvalidGidError(text)
    return found


def numbered(text: str) -> tuple[str, int] | None:
    """The type and the number of an id that ends with its number, if its type occurred in an earlier id. None for all
    other texts: some of them are ids that `parse_gid` reads. For a list of ids, this takes a third of its time."""
    before, _, resource = text.rpartition("/")
    type_name = _TYPES.get(before)
    if type_name is None or not resource.isdigit() or not resource.isascii() or len(resource) > _MOST_DIGITS:
        return None
    return type_name, int(resource)


def _parsed(text: str) -> Gid | None:
    """None for another text."""
    match = _GID.fullmatch(text)
    if match is None:
        return None
    if len(_TYPES) < _MOST_TYPES and len(match[1]) <= _LONGEST_TYPE:
        _TYPES[gid(match[1], "").removesuffix("/")] = match[1]
    return Gid(match[1], match[2], match[3] or "")


# The types that ids had, by the text before the resource. Most ids have one of them and a number. Splitting such a text
# is faster than the regular expression.
_TYPES: dict[str, str] = {}
_MOST_TYPES, _LONGEST_TYPE = 200, 50

# Cached, because a request checks its variables first, and then uses them.
_LONGEST_KEPT = 200
_kept = cached(256, 8 * _LONGEST_KEPT + 600)(_parsed)


def gid(type_name: str, resource: int | str) -> str:
    return f"gid://shopify/{type_name}/{resource}"


class GidOf:
    """Converts a resource to its global id. For declarations of fields: a plan writes the constant `prefix` itself."""

    __slots__ = ("prefix",)

    def __init__(self, type_name: str) -> None:
        self.prefix = gid(type_name, "")

    def __call__(self, resource: int | str) -> str:
        return f"{self.prefix}{resource}"
