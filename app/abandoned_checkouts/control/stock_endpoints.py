"""Lists of discount codes, and products that are sold out, over HTTP."""

from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.automations.discount_codes import CodeListError, parse_code_list
from abandoned_checkouts.automations.flow_errors import FlowError, Place
from abandoned_checkouts.automations.parse_actions import list_name
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.control.endpoint import BODIES, Control, object_of, respond
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.store.flows.discount_codes import add_codes, delete_unused_codes, list_counts
from abandoned_checkouts.store.flows.sold_out import report_stock, sold_out_items

_KINDS, _MOST = {"product_id": "product", "variant_id": "variant", "sku": "sku"}, 10_000
_EXAMPLE = 'must be {"product_id": 70}, {"variant_id": 71} or {"sku": "TP-1"}'


async def code_lists(request: Request, control: Control, shop: Shop) -> Response:
    """Lists the lists of discount codes, with how many codes are left, issued and expired."""
    async with control.database.read() as connection:
        return respond({"lists": await list_counts(connection, shop, control.clock())})


async def upload_codes(request: Request, control: Control, shop: Shop) -> Response:
    """Adds codes to a list. The body is a text with a code on each line, such as `SAVE10` or `SAVE10,2027-01-31`."""
    try:
        name = list_name(request.path_params["list_name"], Place() / "list")
        found = parse_code_list((await BODIES.read(request)).decode(), shop.timezone)
    except (FlowError, CodeListError) as problem:
        raise RefusedError(422, str(problem)) from None
    except UnicodeDecodeError:
        raise RefusedError(422, "The body is not UTF-8 text.") from None
    async with control.database.begin() as connection:
        added = await add_codes(connection, shop, name, found, control.clock())
    return respond({"added": added, "known": len(found) - added})


async def delete_codes(request: Request, control: Control, shop: Shop) -> Response:
    """Deletes the codes of a list that were not issued."""
    async with control.database.begin() as connection:
        return respond({"deleted": await delete_unused_codes(connection, shop, request.path_params["list_name"])})


async def sold_out(request: Request, control: Control, shop: Shop) -> Response:
    """Lists the products that were reported as sold out."""
    async with control.database.read() as connection:
        return respond({"sold_out": [_item_json(item) for item in await sold_out_items(connection, shop)]})


async def change_sold_out(request: Request, control: Control, shop: Shop) -> Response:
    """Reports products that are sold out. The body is `{"sold_out": […], "available": […]}`, with items such as
    `{"variant_id": 71}`."""
    body = await object_of(request)
    gone, available = _items(body, "sold_out"), _items(body, "available")
    async with control.database.begin() as connection:
        await report_stock(connection, shop, gone, available, control.clock())
        items = await sold_out_items(connection, shop)
    return respond({"sold_out": [_item_json(item) for item in items]})


def _items(body: UntypedJson, name: str) -> list[str]:
    unknown = [key for key in body if key not in ("sold_out", "available")]
    if unknown:
        raise RefusedError(422, f"{unknown[0]} is unknown; the allowed keys are sold_out, available")
    values = body.get(name, [])
    if not isinstance(values, list) or len(values) > _MOST:
        raise RefusedError(422, f"{name}: must be a list of at most {_MOST:,} items")
    found = []
    for place, value in enumerate(values):
        kind = next(iter(value), None) if isinstance(value, dict) and len(value) == 1 else None
        item = value[kind] if kind in _KINDS else None
        is_valid = type(item) is int if kind != "sku" else isinstance(item, str) and 0 < len(item) <= 255
        if kind is None or not is_valid:
            raise RefusedError(422, f"{name}[{place}]: {_EXAMPLE}")
        found.append(f"{_KINDS[kind]}/{item}")
    return found


def _item_json(item: str) -> UntypedJson:
    kind, _, value = item.partition("/")
    name = next(name for name, each in _KINDS.items() if each == kind)
    return {name: value if kind == "sku" else int(value)}
