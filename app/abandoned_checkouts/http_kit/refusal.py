"""Refused requests, before a dialect writes the refusal in its own form."""

from typing import NamedTuple


class HttpRefusal(NamedTuple):
    """A status and its message. In Shopify's API, a message can also be an object with texts by parameter."""

    status: int
    message: str | dict[str, str]


class RefusedError(Exception):
    """The response is an error: `RefusedError(404, "Not Found")`, or `RefusedError(*NOT_FOUND)`."""

    def __init__(self, status: int, message: str | dict[str, str]) -> None:
        super().__init__(message)
        self.refusal = HttpRefusal(status, message)
