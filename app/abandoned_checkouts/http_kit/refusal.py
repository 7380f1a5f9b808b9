"""A request that is refused, before a dialect has put the refusal in its own form."""

from typing import NamedTuple


class HttpRefusal(NamedTuple):
    """A status and the message that goes with it. Shopify's API also has messages by parameter, as an object."""

    status: int
    message: str | dict[str, str]


class RefusedError(Exception):
    """The request is answered with an error: `RefusedError(404, "Not Found")`, or `RefusedError(*NOT_FOUND)`."""

    def __init__(self, status: int, message: str | dict[str, str]) -> None:
        super().__init__(message)
        self.refusal = HttpRefusal(status, message)
