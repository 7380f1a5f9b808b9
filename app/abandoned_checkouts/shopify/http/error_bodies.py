"""Bodies of answers that are not GraphQL: `errors` is a string or an object there, never a list.

(Shopify: response codes. Clients tell the two apart by that type.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = [
    "BAD_REQUEST",
    "INTERNAL",
    "METHOD_NOT_ALLOWED",
    "NOT_FOUND",
    "TOO_LARGE",
    "UNAUTHORIZED",
    "HttpError",
    "requires_approval",
]


@dataclass(frozen=True, slots=True)
class HttpError:
    """A status and what stands under `errors`."""

    status: int
    errors: str | dict[str, str]

    @property
    def body(self) -> dict[str, Any]:
        return {"errors": self.errors}


BAD_REQUEST = HttpError(400, {"query": "Required parameter missing or invalid"})
UNAUTHORIZED = HttpError(401, "[API] Invalid API key or access token (unrecognized login or wrong password)")
NOT_FOUND = HttpError(404, "Not Found")
METHOD_NOT_ALLOWED = HttpError(405, "Method Not Allowed")
TOO_LARGE = HttpError(413, "Request body is too large")
INTERNAL = HttpError(500, "An unexpected error occurred")


def requires_approval(scope: str) -> HttpError:
    """REST's answer to a token without `scope`."""
    return HttpError(403, f"[API] This action requires merchant approval for {scope} scope.")
