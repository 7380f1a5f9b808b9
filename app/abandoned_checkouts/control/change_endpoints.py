"""The endpoint of the change feed."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.whole_number import whole_number
from abandoned_checkouts.control.endpoint import Control, respond
from abandoned_checkouts.exporting.changes import BATCH, read_changes
from abandoned_checkouts.http_kit.refusal import RefusedError


async def list_changes(request: Request, control: Control, shop: Shop) -> Response:
    """Lists the changes after the position `after`, at most `limit`. `next` is the next `after`; an empty list is the
    end."""
    after, limit = _number(request, "after", 0), _number(request, "limit", BATCH)
    if not 1 <= limit <= BATCH:
        raise RefusedError(422, f"limit: must be from 1 to {BATCH}")
    found = await control.database.read_behind(partial(read_changes, shop=shop, after=after, limit=limit))
    return respond({"changes": found, "next": found[-1]["position"] if found else after})


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name)
    number = default if text is None else whole_number(text)
    if number is None:
        raise RefusedError(422, f"{name}: must be a whole number")
    return number
