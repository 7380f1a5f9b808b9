"""The parameters and refusals of the OAuth endpoints, and the user of an online token."""

from urllib.parse import parse_qsl

from starlette.requests import Request

from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.checkouts.whole_number import whole_number
from abandoned_checkouts.shopify.http.refusals import BODIES
from abandoned_checkouts.shopify.values.storable import storable
from abandoned_checkouts.store.tenants.installations import Installation


class GrantError(Exception):
    """A refused grant, with OAuth's error code."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.body = {"error": error, "error_description": description}


async def parameters_of(http: Request) -> dict[str, str]:
    """The parameters in a JSON or form body."""
    body = await BODIES.read(http)
    if http.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return storable(dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True)))
    parameters = storable(BODIES.json_object(body))
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in parameters.items()
        if isinstance(value, str | int)
    }


def user_of(app: Installation, subject: str) -> Json:
    """The user of an online token. This server knows only the name of the shop's owner."""
    first, _, last = app.shop.owner_name.partition(" ")
    number = whole_number(subject)
    return {
        "id": 1 if number is None else number,
        "first_name": first,
        "last_name": last,
        "email": app.shop.email,
        "account_owner": True,
        "locale": "en",
        "collaborator": False,
        "email_verified": True,
    }
