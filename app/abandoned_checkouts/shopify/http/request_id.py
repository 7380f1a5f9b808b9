"""Request ids: `<uuid>-<epoch seconds>`, the same in an internal error and in the `x-request-id` header."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from abandoned_checkouts.checkouts.moment import SECOND
from abandoned_checkouts.checkouts.randomness import random_uuid_text

__all__ = ["new_request_id"]


def new_request_id(now: int, identifier: Callable[[], UUID | str] = random_uuid_text) -> str:
    """For example (recorded): `65a6c3a3-4cbf-4f3f-9eef-e2a95594ad00-1782085581`. `now` is in microseconds."""
    return f"{identifier()}-{now // SECOND}"
