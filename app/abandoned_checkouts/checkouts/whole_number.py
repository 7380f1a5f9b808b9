"""Whole numbers in texts of a client, such as ids in addresses."""

MOST_DIGITS = 18


def whole_number(text: str) -> int | None:
    """The number of 1 to 18 ASCII digits, which fits into a column of 64 bits; None for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None
