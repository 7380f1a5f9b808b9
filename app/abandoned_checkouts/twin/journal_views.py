"""What a caller sees of an entry of the journal: everything, or what belongs to one shop, without secrets."""

import re
from collections.abc import Callable

from abandoned_checkouts.checkouts.json_types import UntypedJson

View = Callable[[UntypedJson], UntypedJson | None]

_SECRET_HEADERS = frozenset(("authorization", "cookie", "set-cookie", "x-shopify-access-token", "x-twin-fault"))
_TOKEN = re.compile(r"\b(shp[a-z]{2}_)\w+")
_KEY = re.compile(r"(?i)\b((?:key|token|signature|access_token|client_secret|refresh_token|code)=)[^&\s\"'<>\\]+")
_HIDDEN = "…"
_LEFT_OUT = "(left out: it can have secrets or the data of another shop)"
# The parts of an entry with headers, bodies and texts, which can be long.
_LONG = ("request", "response", "text", "html", "variables")


def whole(entry: UntypedJson) -> UntypedJson | None:
    """The entry as it is."""
    return entry


def of_shop(domain: str) -> View:
    """Entries of one shop, with its tokens masked. Others are None.

    A request of an unknown shop has no bodies, because they can be those of any shop.
    """

    def view(entry: UntypedJson) -> UntypedJson | None:
        if "endpoint" not in entry:
            return entry if entry["shop"] == domain else None
        if entry["shop"] not in (None, domain):
            return None
        hides_bodies = entry["shop"] is None or entry["endpoint"] == "oauth"
        seen = {**entry, "path": _KEY.sub(rf"\1{_HIDDEN}", entry["path"])}
        if hides_bodies and "variables" in seen:
            seen["variables"] = {}
        for name in ("request", "response"):
            part = entry[name]
            body = _LEFT_OUT if hides_bodies and part["body"] else _TOKEN.sub(rf"\1{_HIDDEN}", part["body"])
            seen[name] = {"headers": {key: _header(key, value) for key, value in part["headers"].items()}, "body": body}
        return seen

    return view


def summary(entry: UntypedJson) -> UntypedJson:
    """The entry without headers, bodies and texts."""
    return {name: value for name, value in entry.items() if name not in _LONG}


def _header(name: str, value: str) -> str:
    return _HIDDEN if name.lower() in _SECRET_HEADERS else _TOKEN.sub(rf"\1{_HIDDEN}", value)
