"""Pseudonyms for recordings: equal values have equal pseudonyms, and nobody without the key can check a guess.

Every text is replaced, but for those that the API itself defines: names of types, codes, currencies, versions, error
messages of the schema. Its form stays, so that a recording still shows what a client has to read: an e-mail address, a
URL, a global id, a moment, an amount.
"""

import hmac
import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any

__all__ = ["Pseudonyms"]

# Keys whose values the API defines. A code can be a discount code for one person, so it is not among them.
_PLAIN = frozenset(("__typename", "precision", "currencyCode", "marketingState", "application_type", "target_type"))
_PLAIN_BELOW = ("__type", "locations", "cost", "accessScopes", "publicApiVersions", "path")
_GID = re.compile(r"(gid://shopify/\w+/)([^?]+)(\?.*)?", re.S)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:\d\d)?")
_AMOUNT = re.compile(r"-?\d+\.\d+")


class Pseudonyms:
    """`key` are the bytes that the pseudonyms depend on; use them for several runs to compare their recordings."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, value: Any, place: tuple[str, ...] = ()) -> Any:
        """A decoded JSON value with pseudonyms instead of texts and of numbers that identify something."""
        if isinstance(value, dict):
            return {name: self.of(item, (*place, name)) for name, item in value.items()}
        if isinstance(value, list):
            return [self.of(item, place) for item in value]
        if isinstance(value, str):
            return value if self._is_plain(place) else self.text(value)
        if isinstance(value, int) and not isinstance(value, bool) and not self._is_plain(place):
            return value if abs(value) < 10_000 else int(self._digest(str(value)), 16) % 10**12
        # A float can be a latitude.
        return 0.5 if isinstance(value, float) and not self._is_plain(place) else value

    def message(self, text: str) -> str:
        """An error message with pseudonyms for quoted values. What the API defines is in it without quotes."""
        return re.sub(r'"([^"]*)"', lambda found: f'"{self.text(found[1])}"', text)

    def text(self, text: str) -> str:
        if not text:
            return text
        for form, made in _FORMS:
            found = form.fullmatch(text)
            if found is not None:
                return made(found, self._digest(text))
        return f"text-{self._digest(text)}"

    def _is_plain(self, place: tuple[str, ...]) -> bool:
        return bool(place) and (place[-1] in _PLAIN or any(name in place for name in _PLAIN_BELOW))

    def _digest(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), sha256).hexdigest()[:12]


_Maker = Callable[[re.Match[str], str], str]
_FORMS: tuple[tuple[re.Pattern[str], _Maker], ...] = (
    (_GID, lambda found, digest: f"{found[1]}{digest}"),
    (_MOMENT, lambda found, digest: f"2000-01-01T00:00:00{found[1] or ''}"),
    (_AMOUNT, lambda found, digest: re.sub(r"\d", "9", found[0])),
    (re.compile(r"\d+"), lambda found, digest: str(int(digest, 16))),
    (re.compile(r"[^@\s]+@[^@\s]+"), lambda found, digest: f"{digest}@example.com"),
    (re.compile(r"https?://\S+"), lambda found, digest: f"https://example.com/{digest}"),
)
