"""Exact money: integers of ten-thousandths, parsed from decimal texts and formatted as decimal texts.

Currencies of ISO 4217 have at most three decimals. Unit prices that result from a division have the fourth. The largest
amount is 922 trillion, more than either platform allows for a checkout.
"""

from decimal import Decimal, InvalidOperation, Overflow

from abandoned_checkouts.checkouts.caches import cached, cached_texts

SCALE = 4
UNIT: int = 10**SCALE
_OF_CENTS = UNIT // 100
_LARGEST = 2**63 - 1
_CENTS = tuple(f".{number:02d}" for number in range(100))

# Currencies whose prices do not have two decimals (ISO 4217).
_WITHOUT_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_WITH_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
_DECIMALS = {
    **dict.fromkeys(_WITHOUT_DECIMALS.split(), 0),
    **dict.fromkeys(_WITH_THREE_DECIMALS.split(), 3),
}


class AmountError(ValueError):
    """An amount that cannot be stored exactly: not a number, more than four decimals, or too large."""


def parse_amount(text: str | int | float | Decimal) -> int:
    """Ten-thousandths from a platform's value: "199.00", "-3", 12, 12.5.

    A float is parsed from its shortest decimal text, as in JSON. Raises AmountError.
    """
    if type(text) is str and text[-3:-2] == "." and len(text) < 18:
        # A fast way for the usual form: an import reads ten for each checkout. Amounts rarely repeat, so it takes less
        # time than a cache. Decimal takes ten times as long.
        digits = text.replace(".", "", 1)
        if digits.isascii() and digits.isdigit():
            return int(digits) * _OF_CENTS
    return _parsed_amount(text)


@cached_texts(16384, 24)
def _parsed_amount(text: str | int | float | Decimal) -> int:
    try:
        scaled = Decimal(str(text)).scaleb(SCALE)
    except (InvalidOperation, Overflow):
        raise AmountError(f"{text!r} is not an amount of money") from None
    if not scaled.is_finite() or abs(scaled) > _LARGEST:
        raise AmountError(f"{text!r} is not an amount of money, or is too large")
    whole = int(scaled)
    if whole != scaled:
        raise AmountError(f"{text!r} has more than {SCALE} decimals")
    return whole


@cached(16384)
def format_amount(amount: int) -> str:
    """A Decimal as Shopify's GraphQL writes it: no trailing zeros, at least one decimal ("199.0", "379.69")."""
    whole, rest = divmod(abs(amount), UNIT)
    decimals = f"{rest:0{SCALE}d}".rstrip("0") or "0"
    return f"{'-' if amount < 0 else ''}{whole}.{decimals}"


def format_price(amount: int, decimals: int = 2) -> str:
    """A price as Shopify's REST and webhooks write it: at least `decimals` decimals ("199.00")."""
    if decimals == 2 and amount >= 0 and not amount % 100:
        # The usual form. Not cached, because most totals are written once; operators take less time than `divmod`.
        return f"{amount // UNIT}{_CENTS[amount // 100 % 100]}"
    if amount < 0:
        return f"-{format_price(-amount, decimals)}"
    whole, rest = divmod(amount, UNIT)
    return f"{whole}{_decimals_text(rest, decimals)}"


@cached(UNIT)
def _decimals_text(rest: int, decimals: int) -> str:
    """Cached: there are few different decimals."""
    digits = f"{rest:0{SCALE}d}".rstrip("0").ljust(decimals, "0")
    return f".{digits}" if digits else ""


def decimals_of(currency: str) -> int:
    """The number of decimals of a currency's prices, for example 2 for EUR, 0 for JPY and 3 for KWD."""
    return _DECIMALS.get(currency, 2)


def as_decimal(amount: int) -> Decimal:
    return Decimal(amount).scaleb(-SCALE)


def convert(amount: int, rate: Decimal, currency: str) -> int:
    """An amount in another currency, rounded half up to the smallest coin of that currency."""
    step: int = 10 ** (SCALE - decimals_of(currency))
    exact = Decimal(amount) * rate / step
    return int(exact.to_integral_value(rounding="ROUND_HALF_UP")) * step


def split(amount: int, weights: list[int], currency: str) -> list[int]:
    """Split an amount over lines by weight so that the parts add up to it exactly.

    Parts are rounded down. The coins that remain go to the lines that lost most by that, first line first.
    """
    step = 10 ** (SCALE - decimals_of(currency))
    whole = sum(weights)
    if not weights or whole <= 0:
        return [0] * len(weights)
    parts = [amount * weight // whole // step * step for weight in weights]
    losses = [amount * weight - part * whole for weight, part in zip(weights, parts, strict=True)]
    # Never negative, because each part was rounded down.
    left = amount - sum(parts)
    order = sorted(range(len(weights)), key=lambda place: (-losses[place], place))
    for place in order:
        coin = min(step, left)
        parts[place] += coin
        left -= coin
    return parts
