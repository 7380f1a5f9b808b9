"""Value bands: 0–1, 1–2, 2–5, 5–10, 10–20, 20–50 … units of a currency, so that every currency has useful ones."""

from bisect import bisect_right

_UNIT = 10_000
# The lower bounds of the bands from 1 on, in ten-thousandths.
_BOUNDS = [step * 10**power * _UNIT for power in range(9) for step in (1, 2, 5)]


def band_of(total: int) -> int:
    """The number of the band of an amount in ten-thousandths; 0 is below one unit."""
    return bisect_right(_BOUNDS, total)


def bounds_of(band: int) -> tuple[int, int | None]:
    """The lower bound, included, and the upper bound, excluded, in ten-thousandths. The last band has no upper one."""
    lower = 0 if band == 0 else _BOUNDS[band - 1]
    return lower, None if band >= len(_BOUNDS) else _BOUNDS[band]
