"""The look-up of `node` for each type: by the object's row, or by the row that it is part of."""

from collections.abc import Awaitable, Callable
from functools import cache

from abandoned_checkouts.shopify.permissions.scopes import PART_OF, TYPE_ACCESS
from abandoned_checkouts.shopify.schema.resolving.fields import TYPES, decoded
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.shopify.schema.resolving.root_fields import LOOKUPS, by_number, look_up
from abandoned_checkouts.shopify.schema.resolving.sources import Lookup
from abandoned_checkouts.shopify.schema.roots.app_lists import OPERATIONS, SUBSCRIPTIONS, own_row
from abandoned_checkouts.shopify.schema.types.address import CHECKOUT_ADDRESS, CUSTOMER_ADDRESS, MailingAddress
from abandoned_checkouts.shopify.schema.types.app import App, AppInstallation, app_row
from abandoned_checkouts.shopify.schema.types.bulk_operation import BulkOperation
from abandoned_checkouts.shopify.schema.types.line_item import AbandonedCheckoutLineItem
from abandoned_checkouts.shopify.schema.types.location import location_of
from abandoned_checkouts.shopify.schema.types.metafield import HasMetafields, Metafield
from abandoned_checkouts.shopify.schema.types.node import Node
from abandoned_checkouts.shopify.schema.types.product_option import ProductOption, option_rows
from abandoned_checkouts.shopify.schema.types.shop import primary_domain, shop_address, shop_of
from abandoned_checkouts.shopify.schema.types.webhook_subscription import WebhookSubscription
from abandoned_checkouts.shopify.values.gid import Gid, InvalidGidError, parse_gid

for _name, _table in (
    ("AbandonedCheckout", "abandoned_checkouts"),
    ("Metafield", "metafields"),
    ("SavedSearch", "saved_searches"),
):
    LOOKUPS[_name] = Lookup(_name, _table, by_number)

Finder = Callable[[Request, Gid], Awaitable[Node | None]]


async def _line_item(request: Request, gid: Gid) -> Node | None:
    """The id of a line item has its checkout's token and its position."""
    token, index = gid.parameter("checkout"), gid.parameter("index")
    checkout = await request.row("abandoned_checkouts", "token", token) if token and index else None
    if checkout is None:
        return None
    lines = await request.rows("line_items", "checkout_id", checkout["id"])
    # Earlier releases returned ids without the last parameter.
    known = gid.key.removesuffix("&actoken")
    return next(
        (AbandonedCheckoutLineItem(row=line) for line in lines if line["key"].removesuffix("&actoken") == known), None
    )


async def _address(request: Request, gid: Gid) -> Node | None:
    """The id of an address without a number is made of its checkout's or customer's number."""
    number = gid.number
    if number is None:
        return None
    if gid.parameter("model_name") == CUSTOMER_ADDRESS["model_name"]:
        customer = await request.row("customers", "id", number)
        addresses = [] if customer is None else decoded(customer["addresses"])
        more = {"owner_id": number, **CUSTOMER_ADDRESS}
    else:
        checkout = await request.row("abandoned_checkouts", "id", number >> 1)
        columns = ("shipping_address", "billing_address")
        addresses = [] if checkout is None else [decoded(checkout[name]) for name in columns]
        more = dict(CHECKOUT_ADDRESS)
    for address in addresses:
        if address is not None and address.get("id", more.get("owner_id")) == number:
            return MailingAddress(row={**address, **more})
    return None


async def _shop(request: Request, gid: Gid) -> Node | None:
    return shop_of(request.shop) if gid.number == request.shop.id else None


async def _location(request: Request, gid: Gid) -> Node | None:
    return location_of(request.shop) if gid.number == request.shop.id else None


async def _shop_address(request: Request, gid: Gid) -> Node | None:
    return shop_address(request.shop) if gid.number == request.shop.id else None


async def _domain(request: Request, gid: Gid) -> Node | None:
    return primary_domain(request.shop) if gid.number == request.shop.id else None


async def _app(request: Request, gid: Gid) -> Node | None:
    row = await app_row(request, gid.number)
    return None if row is None else App(row=row)


async def _installation(request: Request, gid: Gid) -> Node | None:
    row = None if gid.number is None else await request.row("apps", "id", gid.number)
    return None if row is None else AppInstallation(row=row)


async def _option(request: Request, gid: Gid) -> Node | None:
    """The id of an option without a number is made of its product's number."""
    product = None if gid.number is None else await request.row("products", "id", gid.number // 10)
    rows = [] if product is None else option_rows(product)
    return next((ProductOption(row=row) for row in rows if row["id"] == gid.number), None)


async def _subscription(request: Request, gid: Gid) -> Node | None:
    row = await own_row(request, SUBSCRIPTIONS, gid)
    return None if row is None else WebhookSubscription(row=row)


async def _operation(request: Request, gid: Gid) -> Node | None:
    row = await own_row(request, OPERATIONS, gid)
    return None if row is None else BulkOperation(row=row)


# Types without a table, and types whose rows only some callers may see.
FINDERS: dict[str, Finder] = {
    "AbandonedCheckoutLineItem": _line_item,
    "App": _app,
    "AppInstallation": _installation,
    "BulkOperation": _operation,
    "Domain": _domain,
    "Location": _location,
    "MailingAddress": _address,
    "ProductOption": _option,
    "Shop": _shop,
    "ShopAddress": _shop_address,
    "WebhookSubscription": _subscription,
}


async def find_node(request: Request, text: str) -> Node | None:
    """Recorded: null for an id of an unknown type or of a row that does not exist."""
    try:
        gid = parse_gid(text)
    except InvalidGidError:
        return None
    _may_find(request, _owner_type(gid))
    if gid.type_name in FINDERS:
        return await FINDERS[gid.type_name](request, gid)
    source = LOOKUPS.get(gid.type_name)
    found: Node | None = None if source is None else await look_up(request, source, gid)
    if isinstance(found, Metafield):
        _may_find(request, _owners().get(found.row["owner_type"], ""))
    return found


@cache
def _owners() -> dict[str, str]:
    """The restricted types that can have metafields, by the metafield's `owner_type`.

    Computed at the first use, because types are also declared after the import of this module.
    """
    return {
        kind.owner_type: name
        for name, kind in TYPES.items()
        if name in TYPE_ACCESS and issubclass(kind, HasMetafields) and kind.owner_type
    }


def _owner_type(gid: Gid) -> str:
    """The type whose access rules apply to an id: the owner of a part or address."""
    if gid.type_name == "MailingAddress":
        is_customers = gid.parameter("model_name") == CUSTOMER_ADDRESS["model_name"]
        return "Customer" if is_customers else "AbandonedCheckout"
    return PART_OF.get(gid.type_name, gid.type_name)


def only_the_resolver_decides(request: Request, gid: Gid) -> bool:
    """Whether the caller may not read the type of the id, or its access depends on the row, as that of metafields."""
    return not may_read_all(request, gid.type_name, _owner_type(gid))


def may_read_all(request: Request, type_name: str, owner: str = "") -> bool:
    """Whether the caller may read all objects of a type, so that the resolver need not decide. The access rules are
    those of the type `owner`, which addresses have by their id."""
    hidden = request.hidden
    owner = owner or PART_OF.get(type_name, type_name)
    return not hidden or (owner not in hidden and type_name != Metafield.__name__)


def _may_find(request: Request, type_name: str) -> None:
    """Raise the error if the caller may not read objects of that type."""
    if type_name in request.hidden:
        raise request.hidden[type_name].with_traceback(None)
