"""Durations in words, for example "about 2 years"."""

from abandoned_checkouts.checkouts.moment import DAY, HOUR, MINUTE

_MONTH, _YEAR = 30 * DAY, 365 * DAY


def lasted(since: int, now: int) -> str:
    """The time since a moment: "4 months", "about 12 years", "over 2 years" (Shopify: the lifetime of a customer).

    The time is rounded to the nearest minute, hour, day or month. Years have "about", "over" or "almost" before them.
    """
    span = max(0, now - since)
    minutes = (span + MINUTE // 2) // MINUTE
    if minutes < 1:
        return "less than a minute"
    if minutes < 45:
        return _count(minutes, "minute")
    hours, days = (span + HOUR // 2) // HOUR, (span + DAY // 2) // DAY
    if hours < 24:
        return f"about {_count(hours, 'hour')}"
    if days < 30:
        return _count(days, "day")
    months = (span + _MONTH // 2) // _MONTH
    if span < _YEAR:
        return f"about {_count(months, 'month')}" if months < 3 else _count(months, "month")
    years, rest = divmod(span, _YEAR)
    if rest < _YEAR // 4:
        return f"about {_count(years, 'year')}"
    if rest < 3 * _YEAR // 4:
        return f"over {_count(years, 'year')}"
    return f"almost {_count(years + 1, 'year')}"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
