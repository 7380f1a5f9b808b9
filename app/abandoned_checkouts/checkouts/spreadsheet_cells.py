"""Protects spreadsheet cells that a spreadsheet program would run as a formula.

An export puts an apostrophe before such a cell, and an import removes it again.
"""

import re

__all__ = ["guarded", "unguarded"]

# Spreadsheet programs run a cell as a formula if it starts with one of these characters, also after white space. East
# Asian editions accept their full-width and small forms (OWASP: CSV injection). Some programs drop invisible
# characters.
_INVISIBLE = r"\s\0\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_SIGNS = r"=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b"
_FORMULA = re.compile(rf"[{_INVISIBLE}]*[{_SIGNS}]|[\t\r\n]")


def guarded(cell: str) -> str:
    """The cell, with a leading apostrophe if a spreadsheet would run it. Numbers stay as they are."""
    return f"'{cell}" if _is_formula(cell) else cell


def unguarded(cell: str) -> str:
    """The cell without the apostrophe of `guarded`."""
    return cell[1:] if cell[:1] == "'" and _is_formula(cell[1:]) else cell


def _is_formula(cell: str) -> bool:
    return _FORMULA.match(cell) is not None and not cell.lstrip("+-").replace(".", "", 1).isdigit()
