"""What a person may have meant by a name that does not exist."""

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str:
    """A sentence that names what the writer may have meant, or lists what there is. Starts with a space."""
    names = sorted(known)
    found = difflib.get_close_matches(name.lower(), [each.lower() for each in names], 1, 0.5)
    if found:
        return f' Did you mean "{next(each for each in names if each.lower() == found[0])}"?'
    return f" Use one of: {', '.join(names[:30])}." if names else ""
