"""get-analytics: value, number and recovery rate of the checkouts that were abandoned in a range of days."""

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
    """Start of the first day and end of the last day, in the site's time zone, in microseconds since 1970.

    Raises InvalidArgumentError.
    """
    zone = zone_named(shop.timezone)
    first, last = _day(body, "startDate"), _day(body, "endDate")
    if last < first:
        raise InvalidArgumentError(Violation("endDate", "must not be before startDate"))
    start = datetime.combine(first, time(), zone)
    # Python has no date after date.max.
    end = datetime.combine(last + timedelta(days=1), time(), zone) if last < date.max else _END
    return from_datetime(start), from_datetime(end)


def parse_choices(body: Json, name: str, choices: tuple[str, ...]) -> tuple[str, ...]:
    """The requested metrics or statuses; all `choices` if the request names none. Raises InvalidArgumentError."""
    requested = body.get(name)
    if requested is None or requested == []:
        return choices
    if not isinstance(requested, list):
        raise InvalidArgumentError(Violation(name, "Expected a list"))
    if len(requested) > len(choices):
        description = f"has size {len(requested)}, expected {len(choices)} or less"
        raise InvalidArgumentError(Violation(name, description, "MAX_SIZE"))
    for value in requested:
        if value not in choices:
            raise InvalidArgumentError(Violation(name, f"Expected one of {', '.join(choices)}"))
    return tuple(requested)


def analytics(
    sums: Mapping[str, RecoverySum], currency: str, metrics: tuple[str, ...], statuses: tuple[str, ...]
) -> Json:
    """The requested metrics of the checkouts with these statuses. `sums` are by recovery state. Amounts are rounded
    to cents."""
    by_status = {name: sums.get(state, RecoverySum()) for state, name in STATUSES.items() if name in statuses}
    recoverable, recovered = by_status.get("ABANDONED", RecoverySum()), by_status.get("RECOVERED", RecoverySum())
    count = recoverable.count + recovered.count
    values: dict[str, tuple[str, JsonValue]] = {
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
    return {"currency": currency, **dict(values[metric] for metric in METRICS if metric in metrics)}


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
