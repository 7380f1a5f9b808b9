"""The texts of amounts and moments, which differ in almost every row.

A text is joined from parts that many rows share, so a cache of the parts never grows large and almost always has them:
`{c0 // 10000}{k0[c0 % 10000]}` is the JSON of an amount after its first quote, where k0 has `.5"` for 5,000.
"""

from collections.abc import Callable, Sequence
from functools import cache

from graphql import GraphQLOutputType, get_named_type, is_non_null_type

from abandoned_checkouts.checkouts.moment import DAY, MINUTE, SECOND, format_utc, format_utc_or_none
from abandoned_checkouts.checkouts.money import UNIT, format_amount
from abandoned_checkouts.shopify.execution.plan.leaves import MARK, NULL
from abandoned_checkouts.shopify.execution.plan.level import ColumnValue
from abandoned_checkouts.shopify.execution.plan.templates import Code, Keyed, Template
from abandoned_checkouts.shopify.execution.plan.unplanned import UnplannedError
from abandoned_checkouts.shopify.execution.plan.writer import WriterBuilder

_MOST_DAYS = 4_096
_FORMATS_OF_MOMENTS = (format_utc, format_utc_or_none)


class _Parts(dict[int, str]):
    """The part of a text for each number. `most` is a limit for numbers that are not limited by themselves."""

    __slots__ = ("_make", "_most")

    def __init__(self, make: Callable[[int], str], most: int) -> None:
        super().__init__()
        self._make, self._most = make, most

    def __missing__(self, number: int) -> str:
        if len(self) >= self._most:
            self.clear()
        text = self[number] = self._make(number)
        return text


def _decimals(rest: int) -> str:
    return f'{format_amount(abs(rest)).removeprefix("0")}"'


def _negative_whole(amount: int) -> str:
    return f"-{-amount // UNIT}"


def _whole(amount: int | None) -> str:
    """For a number that should not be null."""
    if amount is None:
        raise UnplannedError("null for Decimal!")
    return str(amount // UNIT) if amount >= 0 else _negative_whole(amount)


_DECIMALS = _Parts(_decimals, 2 * UNIT)
_DAYS = _Parts(lambda day: format_utc(day * DAY)[:11], _MOST_DAYS)


@cache
def _minutes_and_seconds() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The part for each minute of a day, and for each second of a minute."""
    minutes = tuple(format_utc(minute * MINUTE)[11:16] for minute in range(DAY // MINUTE))
    return minutes, tuple(f'{format_utc(second * SECOND)[16:]}"' for second in range(MINUTE // SECOND))


def number_text(
    builder: WriterBuilder, type_: GraphQLOutputType, compute: Callable[..., object] | None, value: ColumnValue
) -> Template | None:
    """The template of a field whose value `compute` makes of a number; None for other fields. The number may be null
    if the field may."""
    named, code = get_named_type(type_).name, value.code
    if compute is format_amount and named == "Decimal":
        rest = f"{code} % {UNIT} if {code} >= 0 else {code} % -{UNIT}"
        decimals = Keyed(f"{builder.name(_DECIMALS)}[{rest}]", _DECIMALS, rest)
        if not value.optional:
            whole = f"{code} // {UNIT} if {code} >= 0 else {builder.name(_negative_whole)}({code})"
            return ['"', Code(whole), decimals]
        if is_non_null_type(type_):
            return ['"', Code(f"{code} // {UNIT} if ({code} or 0) > 0 else {builder.name(_whole)}({code})"), decimals]
        return _unless_null(builder, code, [f"{builder.name(_whole)}({code})", decimals.expression])
    if compute in _FORMATS_OF_MOMENTS and named == "DateTime" and not (value.optional and is_non_null_type(type_)):
        minutes, seconds = map(builder.name, _minutes_and_seconds())
        # `minute` is small: Python divides numbers of more than 30 bits, such as microseconds, slower.
        day = f"{builder.name(_DAYS)}[(minute := {code} // {MINUTE}) // {DAY // MINUTE}]"
        minute = f"{minutes}[minute % {DAY // MINUTE}]"
        second = f"{seconds}[{code} % {MINUTE} // {SECOND}]"
        if value.optional:
            return _unless_null(builder, code, [day, minute, second])
        return ['"', Code(day), Code(minute), Code(second)]
    return None


def _unless_null(builder: WriterBuilder, code: str, parts: Sequence[str]) -> Template:
    """The parts after a quotation mark, or null."""
    text = "".join(f"{{{part}}}" for part in (builder.name(MARK), *parts))
    return [Code(f'{builder.name(NULL)} if {code} is None else f"{text}"')]
