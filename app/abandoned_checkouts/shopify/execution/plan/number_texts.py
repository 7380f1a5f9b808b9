"""The texts of amounts and moments, which differ in almost every row.

A text is joined from parts that many rows share, so a cache of the parts never grows large and almost always has them:
`{c0 // 10000}{k0[c0 % 10000]}` is the JSON of an amount after its first quote, where k0 has `.5"` for 5,000.
"""

from collections.abc import Callable

from abandoned_checkouts.checkouts.moment import DAY, MINUTE, SECOND, format_utc
from abandoned_checkouts.checkouts.money import UNIT, format_amount
from abandoned_checkouts.shopify.execution.plan.templates import Code, Template
from abandoned_checkouts.shopify.execution.plan.writer import WriterBuilder

_MOST_DAYS = 4_096


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


_DECIMALS = _Parts(_decimals, 2 * UNIT)
_DAYS = _Parts(lambda day: format_utc(day * DAY)[:11], _MOST_DAYS)
_MINUTES = _Parts(lambda minute: format_utc(minute * MINUTE)[11:16], DAY // MINUTE)
_SECONDS = _Parts(lambda second: f'{format_utc(second * SECOND)[16:]}"', MINUTE // SECOND)


def number_text(
    builder: WriterBuilder, named: str, compute: Callable[..., object] | None, code: str
) -> Template | None:
    """The template of a field whose value `compute` makes of a number, which is not null; None for other fields.
    `named` is the name of the field's type."""
    if compute is format_amount and named == "Decimal":
        whole = f"{code} // {UNIT} if {code} >= 0 else {builder.name(_negative_whole)}({code})"
        rest = f"{code} % {UNIT} if {code} >= 0 else {code} % -{UNIT}"
        return ['"', Code(whole), Code(f"{builder.name(_DECIMALS)}[{rest}]")]
    if compute is format_utc and named == "DateTime":
        day = f"{builder.name(_DAYS)}[{code} // {DAY}]"
        minute = f"{builder.name(_MINUTES)}[{code} // {MINUTE} % {DAY // MINUTE}]"
        second = f"{builder.name(_SECONDS)}[{code} // {SECOND} % {MINUTE // SECOND}]"
        return ['"', Code(day), Code(minute), Code(second)]
    return None
