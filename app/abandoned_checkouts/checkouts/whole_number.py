"""Parses whole numbers in texts that clients send, for example ids in paths."""

MOST_DIGITS = 18


def whole_number(text: str) -> int | None:
    """The number, if the text has 1 to 18 ASCII digits and so fits into a 64-bit column, else None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None
