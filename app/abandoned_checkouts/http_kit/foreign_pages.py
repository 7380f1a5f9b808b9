"""Pages of other sites may not use this server through the browser of a person who visits them.

A browser sends the site of the page as Origin. Behind a name that leads to this machine (DNS rebinding), a foreign page
is of the same origin, but its Host is neither loopback nor the public URL.
"""

from urllib.parse import urlsplit

from starlette.requests import Request

from abandoned_checkouts.access.hosts import is_loopback
from abandoned_checkouts.http_kit.refusal import RefusedError


def refuse_foreign(request: Request, public_url: str) -> None:
    """Raises RefusedError for a foreign Origin or Host. `public_url` may be empty."""
    public = urlsplit(public_url).netloc.lower()
    host = request.headers.get("host", "").lower()
    if host != public and not is_loopback(urlsplit(f"//{host}").hostname or ""):
        advice = "use that address" if public else "use 127.0.0.1, or set the public URL"
        raise RefusedError(403, f"This page is not served at {host[:200] or 'an empty host'}; {advice}.")
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() not in {host, public} - {""}:
        raise RefusedError(403, "Pages of other sites may not use this server.")
