"""Cells of a spreadsheet that look like a formula.

An export puts an apostrophe before such a cell, and an import removes it again.
"""

import re

__all__ = ["guarded", "unguarded"]

# Spreadsheets run a cell as a formula if it starts like this: also after white space, and with the full-width
# characters that East Asian editions accept (OWASP: CSV injection).
_FORMULA = re.compile(r"[\s\0]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


def guarded(cell: str) -> str:
    """The cell, with a leading apostrophe if a spreadsheet would run it. Numbers stay as they are."""
    return f"'{cell}" if _is_formula(cell) else cell


def unguarded(cell: str) -> str:
    """The cell without the apostrophe of `guarded`."""
    return cell[1:] if cell[:1] == "'" and _is_formula(cell[1:]) else cell


def _is_formula(cell: str) -> bool:
    return _FORMULA.match(cell) is not None and not cell.lstrip("+-").replace(".", "", 1).isdigit()
