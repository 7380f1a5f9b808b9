"""Protects this server from pages of other sites that are open in the browser of one of its users.

A browser sends the site of a page as Origin. If a foreign page uses a host name that resolves to this machine (DNS
rebinding), its Origin is the same, but its Host is neither loopback nor the public URL.
"""

from urllib.parse import urlsplit

from starlette.requests import Request

from abandoned_checkouts.checkouts.hosts import is_loopback
from abandoned_checkouts.http_kit.refusal import RefusedError


def refuse_foreign(request: Request, public_url: str) -> None:
    """Raises RefusedError for a foreign Origin or Host. `public_url` may be empty."""
    public = urlsplit(public_url).netloc.lower()
    host = request.headers.get("host", "").lower()
    if host != public and not is_loopback(_name_of(host)):
        advice = "use that address" if public else "use 127.0.0.1, or set the public URL"
        raise RefusedError(403, f"This page is not served at {host[:200] or 'an empty host'}; {advice}.")
    origin = request.headers.get("origin")
    if origin is not None and _network_location(origin) not in {host, public} - {""}:
        raise RefusedError(403, "Pages of other sites may not use this server.")


def _name_of(host: str) -> str:
    """The name in a Host header, without its port; empty if the header is not valid."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _network_location(origin: str) -> str | None:
    """Host and port of an Origin header, in lower case; None if the header is not valid."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None
