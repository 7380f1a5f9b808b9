"""The discount code that a recovery link applies."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LinkDiscount:
    """A code, and the moment from which on it is no longer valid; None if it does not expire."""

    code: str
    expires_at: int | None = None
