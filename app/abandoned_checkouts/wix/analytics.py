"""get-analytics: what abandoned checkouts of a span of days are worth, and what share of them came back."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from abandoned_checkouts.checkouts.json_types import Json, JsonValue
from abandoned_checkouts.checkouts.moment import from_datetime, zone_named
from abandoned_checkouts.checkouts.money import as_decimal
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.recovery_sums import RecoverySum
from abandoned_checkouts.wix.errors import InvalidArgumentError, Violation
from abandoned_checkouts.wix.to_wix.checkout import STATUSES

METRICS = (
    "RECOVERABLE_VALUE",
    "RECOVERABLE_CHECKOUT_COUNT",
    "AVERAGE_RECOVERABLE_CHECKOUT_VALUE",
    "RECOVERED_VALUE",
    "RECOVERED_CHECKOUT_COUNT",
    "RECOVERY_RATE",
)
_CENT = Decimal("0.01")
_END = datetime.max.replace(tzinfo=UTC)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def parse_days(body: Json, shop: Shop) -> tuple[int, int]:
    """From the first day's beginning to the last day's end, in the site's zone. Raises InvalidArgumentError."""
    zone = zone_named(shop.timezone)
    first, last = _day(body, "startDate"), _day(body, "endDate")
    if last < first:
        raise InvalidArgumentError(Violation("endDate", "must not be before startDate"))
    start = datetime.combine(first, time(), zone)
    # The last day of all has no day after it.
    end = datetime.combine(last + timedelta(days=1), time(), zone) if last < date.max else _END
    return from_datetime(start), from_datetime(end)


def parse_choices(body: Json, name: str, choices: tuple[str, ...]) -> tuple[str, ...]:
    """The metrics or statuses that are asked for, all without any. Raises InvalidArgumentError."""
    given = body.get(name)
    if given is None or given == []:
        return choices
    if not isinstance(given, list):
        raise InvalidArgumentError(Violation(name, "Expected a list"))
    if len(given) > len(choices):
        description = f"has size {len(given)}, expected {len(choices)} or less"
        raise InvalidArgumentError(Violation(name, description, "MAX_SIZE"))
    for value in given:
        if value not in choices:
            raise InvalidArgumentError(Violation(name, f"Expected one of {', '.join(choices)}"))
    return tuple(given)


def analytics(
    sums: Mapping[str, RecoverySum], currency: str, metrics: tuple[str, ...], statuses: tuple[str, ...]
) -> Json:
    """The metrics that are asked for, over the checkouts of these statuses. Amounts are exact, to the cent."""
    counted = {name: sums.get(state, RecoverySum()) for state, name in STATUSES.items() if name in statuses}
    recoverable, recovered = counted.get("ABANDONED", RecoverySum()), counted.get("RECOVERED", RecoverySum())
    count = recoverable.count + recovered.count
    every: dict[str, tuple[str, JsonValue]] = {
        "RECOVERABLE_VALUE": ("recoverableValue", _amount(as_decimal(recoverable.total))),
        "RECOVERABLE_CHECKOUT_COUNT": ("recoverableCheckoutCount", recoverable.count),
        "AVERAGE_RECOVERABLE_CHECKOUT_VALUE": (
            "averageRecoverableCheckoutValue",
            _amount(as_decimal(recoverable.total) / recoverable.count if recoverable.count else Decimal()),
        ),
        "RECOVERED_VALUE": ("recoveredValue", _amount(as_decimal(recovered.total))),
        "RECOVERED_CHECKOUT_COUNT": ("recoveredCheckoutCount", recovered.count),
        "RECOVERY_RATE": ("recoveryRate", recovered.count / count if count else 0),
    }
    return {"currency": currency, **dict(every[metric] for metric in METRICS if metric in metrics)}


def _amount(amount: Decimal) -> str:
    return str(amount.quantize(_CENT, ROUND_HALF_UP))


def _day(body: Json, name: str) -> date:
    value = body.get(name)
    if value is None or value == "":
        raise InvalidArgumentError(Violation(name, "must not be empty", "REQUIRED"))
    try:
        if not isinstance(value, str) or _DAY.fullmatch(value) is None:
            raise ValueError(value)
        return date.fromisoformat(value)
    except ValueError:
        raise InvalidArgumentError(
            Violation(name, "is not a date such as 2026-01-31", "FORMAT", {"type": "LOCAL_DATE"})
        ) from None
