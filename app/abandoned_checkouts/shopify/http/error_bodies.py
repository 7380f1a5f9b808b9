"""Bodies of answers that are not GraphQL: `errors` is a string or an object there, never a list.

(Shopify: response codes. Clients tell the two apart by that type.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = [
    "BAD_REQUEST",
    "FORBIDDEN",
    "INTERNAL",
    "LOCKED",
    "METHOD_NOT_ALLOWED",
    "NOT_FOUND",
    "PAYMENT_REQUIRED",
    "TOO_LARGE",
    "TOO_MANY_REQUESTS",
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
PAYMENT_REQUIRED = HttpError(402, "This shop's plan does not have access to this feature")
FORBIDDEN = HttpError(403, "User does not have access")
NOT_FOUND = HttpError(404, "Not Found")
METHOD_NOT_ALLOWED = HttpError(405, "Method Not Allowed")
TOO_LARGE = HttpError(413, "Request body is too large")
LOCKED = HttpError(423, "This shop is unavailable")
# Only REST answers this status: GraphQL is throttled by cost, with status 200.
TOO_MANY_REQUESTS = HttpError(
    429,
    "Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service.",
)
INTERNAL = HttpError(500, "An unexpected error occurred")


def requires_approval(scope: str) -> HttpError:
    """REST's answer to a token without `scope`."""
    return HttpError(403, f"[API] This action requires merchant approval for {scope} scope.")
