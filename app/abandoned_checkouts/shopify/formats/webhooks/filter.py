"""The filter of a webhook subscription: search syntax that is applied to the payload, with Shopify's rules for filters.

Shopify's page on filtering: each term must name a field, `:` compares exactly (case-sensitive), a list matches if one
of its elements does, and a payload without a field that the filter names is not delivered.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation

from abandoned_checkouts.checkouts.caches import cached
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import MomentError, parse_moment
from search_syntax import parse
from search_syntax.tree import (
    DEFAULT,
    And,
    Comparison,
    Everything,
    Exists,
    Leaf,
    Not,
    Or,
    Prefix,
    Tree,
    ValueList,
    fold,
    postorder,
)

# Bytes of UTF-8 (recorded: 65,535 are accepted).
LONGEST = 65_535

_ESCAPED = re.compile(r"\\[\s\S]")
# A quote starts a phrase where a value can start. Elsewhere it is part of a word.
_OPENING = r"""(?<![^\s(:<>=,])"""
_PHRASE = re.compile(_OPENING + r"""(?:"[^"]*"|'[^']*')""")
_BROKEN = re.compile(
    _OPENING + r"""["']"""
    r"|:[<>]?=?\s*(?:\)|$)"
    r"|\(\s*\)"
    r"|(?:^|\()\s*(?:AND|OR)(?![^\s()])"
    r"|(?<![^\s()])(?:AND|OR|NOT|-)\s*(?:\)|$)"
    r"|(?<![^\s()])(?:AND|OR|NOT)\s+(?:AND|OR)(?![^\s()])"
)

# True, False, or None if the payload lacks the field: then neither a term nor its negation matches.
FilterResult = bool | None

_COMPARED: dict[str, Callable[[Decimal | int, Decimal | int], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


class FilterError(ValueError):
    """A filter that Shopify rejects. The message is Shopify's."""


def check_filter(text: str) -> None:
    """Raises FilterError with the message that Shopify is recorded to send."""
    if len(text.encode()) > LONGEST:
        raise FilterError("The specified filter exceeds the maximum allowed size.")
    if not text.strip():
        return
    nodes = postorder(_tree(text))
    if _is_broken(text) or any(getattr(n, "field", None) == DEFAULT or isinstance(n, Everything) for n in nodes):
        raise FilterError(
            "The specified filter is invalid, please ensure you specify the field(s) you wish to filter on."
        )


@cached(4, entry_bytes=4_000_000)
def _tree(text: str) -> Tree:
    """A filter is applied to every event, and the longest takes half a second to parse."""
    return parse(text).tree


def _is_broken(text: str) -> bool:
    """Whether a parenthesis, quote or operand is missing. Searches allow that (see search_syntax), filters do not."""
    bare = _PHRASE.sub("x", _ESCAPED.sub("x", text))
    depth = 0
    for mark in bare:
        depth += (mark == "(") - (mark == ")")
        if depth < 0:
            return True
    return depth > 0 or _BROKEN.search(bare) is not None


def matches(text: str | None, payload: UntypedJson) -> bool:
    """Whether the payload matches the filter and is delivered. An empty filter matches every payload."""
    if not text or not text.strip():
        return True
    return fold(_tree(text), lambda leaf: _leaf(leaf, payload), _branch) is True


def _branch(node: Not | And | Or, verdicts: list[FilterResult]) -> FilterResult:
    if isinstance(node, Not):
        return None if verdicts[0] is None else not verdicts[0]
    if isinstance(node, And):
        return False if False in verdicts else None if None in verdicts else True
    assert isinstance(node, Or)
    return True if True in verdicts else None if None in verdicts else False


def _leaf(node: Everything | Leaf, payload: UntypedJson) -> FilterResult:
    if isinstance(node, Everything):
        return True
    values = list(_values(payload, node.field.split(".")))
    if isinstance(node, Exists):
        return bool(values)
    if not values:
        return None
    if isinstance(node, ValueList):
        verdicts = [_leaf(value, payload) for value in node.values]
        return True if True in verdicts else None if None in verdicts else False
    if isinstance(node, Comparison):
        verdicts = [_compared(value, node.operator, node.value) for value in values]
        return True if True in verdicts else None if None in verdicts else False
    if isinstance(node, Prefix):
        return any(_text(value).startswith(node.value) for value in values)
    return any(_equals(value, node.value) for value in values)


def _values(value: object, path: list[str]) -> Iterator[object]:
    """Every value at the path, in all elements of lists. Null counts as missing."""
    if isinstance(value, list):
        for part in value:
            yield from _values(part, path)
    elif not path:
        if value is not None:
            yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from _values(value[path[0]], path[1:])


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def _equals(value: object, expected: str) -> bool:
    if _text(value) == expected:
        return True
    if isinstance(value, bool | dict | list):
        return False
    number, other = _number(value), _number(expected)
    return number is not None and number == other


def _compared(value: object, operator: str, expected: str) -> FilterResult:
    compare = _COMPARED[operator]
    number, other = _number(value), _number(expected)
    if number is not None and other is not None:
        return compare(number, other)
    try:
        return compare(parse_moment(str(value)), parse_moment(expected))
    except MomentError:
        return None


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
