"""Pages as the server shows them: with its own address in samples, and without links to files that it does not have."""

import re
from functools import cache

# The address in the samples of docs/. Pages show that of the server instead.
WRITTEN = "http://127.0.0.1:8000"
# Takes the place of the server's address until it is known.
ADDRESS = "http://this-server.invalid"
_OUTSIDE = re.compile(r"\[([^\]]+)\]\(\.\./([^)\s]+)\)")
_FENCE = re.compile(r"(?m)^(```[^\n]*\n.*?^```)", re.DOTALL)
# A block that starts a server on the port of the samples.
_OWN_PORT = "--port 8000"


@cache
def prepared(text: str) -> str:
    """The Markdown of a page with ADDRESS in its samples. A link to another file of the project becomes its text and
    the place of the file."""
    parts = _FENCE.split(_OUTSIDE.sub(_place, text))
    return "".join(part if _OWN_PORT in part else part.replace(WRITTEN, ADDRESS) for part in parts)


def _place(link: re.Match[str]) -> str:
    shown, path = link[1], link[2]
    place = f"`{path}` in the project's source"
    return place if shown.strip("`") == path else f"{shown} ({place})"
