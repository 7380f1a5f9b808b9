"""Suggests a known name for a name that does not exist."""

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str:
    """A sentence with the most similar known name, or with a list of known names. Starts with a space."""
    names = sorted(known)
    found = difflib.get_close_matches(name.lower(), [each.lower() for each in names], 1, 0.5)
    if found:
        return f' Did you mean "{next(each for each in names if each.lower() == found[0])}"?'
    return f" Use one of: {', '.join(names[:30])}." if names else ""
