"""What kind of record a decoded JSON value is, and the Checkout it becomes."""

from collections.abc import Iterator

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.rejected import RejectedRecordError
from abandoned_checkouts.shopify.formats.from_node.checkout import checkout_from_node
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.wix.from_wix import checkout as wix

# Lists of checkouts in one object: REST's page, Wix's answers to query and search.
LISTS = ("checkouts", "abandonedCheckouts", "results")
# Objects around one checkout: REST's and webhook forwarders', Wix's.
WRAPPERS = ("checkout", "abandonedCheckout")

_OF_THE_SDK = ("_id", "_createdDate", "_updatedDate")


def records_of(value: object) -> Iterator[object]:
    """The single records in a decoded line or document."""
    if type(value) is list:
        for item in value:
            if type(item) is list:
                yield item
            else:
                yield from records_of(item)
        return
    if type(value) is not dict or "created_at" in value:
        yield value
        return
    for name in LISTS:
        if type(value.get(name)) is list:
            yield from value[name]
            return
    for name in WRAPPERS:
        if type(value.get(name)) is dict:
            yield value[name]
            return
    if type(value.get("data")) is dict:
        yield from _answered(value["data"])
    elif (nodes := _nodes(value)) is not None:
        yield from nodes
    elif _nodes(value.get("abandonedCheckouts")) is not None:
        yield from _answered(value)
    else:
        yield value


def _answered(data: dict[str, object]) -> Iterator[object]:
    """The nodes of a GraphQL answer: of each connection, list of nodes, or single node at its root."""
    for name, field in data.items():
        if type(field) is list:
            yield from (node for node in field if node is not None)
        elif (nodes := _nodes(field)) is not None:
            yield from nodes
        elif type(field) is dict and name not in ("shop", "abandonedCheckoutsCount"):
            yield field


def _nodes(connection: object) -> list[object] | None:
    """The nodes of a connection; None for what is none."""
    if type(connection) is not dict:
        return None
    if type(connection.get("edges")) is list:
        return [edge.get("node") if type(edge) is dict else edge for edge in connection["edges"]]
    return connection["nodes"] if type(connection.get("nodes")) is list else None


def checkout_from_record(value: object, zone: str = "UTC", currency: str | None = None) -> Checkout:
    """The checkout that a record of either platform describes.

    `zone` is that of times without an offset, `currency` the shop's where no amount names it. Raises
    RejectedRecordError.
    """
    if type(value) is not dict:
        raise RejectedRecordError(f"a checkout is a JSON object, and this is {_kind(value)}")
    if "created_at" in value:
        return checkout_from_rest(value, zone=zone)
    if "createdAt" in value or str(value.get("id", "")).startswith("gid://"):
        return checkout_from_node(value, currency=currency)
    if "_createdDate" in value:
        value = {_plain_name(name): _as_on_the_wire(item) for name, item in value.items()}
    if "createdDate" in value or "checkoutUrl" in value or "buyerInfo" in value:
        return wix.checkout_from_wix(value)
    names = ", ".join(list(value)[:6]) or "none"
    raise RejectedRecordError(
        "neither Shopify's REST checkout, nor its GraphQL AbandonedCheckout, nor Wix's abandonedCheckout"
        f" (keys: {names})"
    )


def _as_on_the_wire(value: object) -> object:
    """A record of Wix's SDK as the API sends it: the SDK puts "_" before the names that all entities have."""
    if type(value) is dict:
        return {_plain_name(name): _as_on_the_wire(item) for name, item in value.items()}
    return [_as_on_the_wire(item) for item in value] if type(value) is list else value


def _plain_name(name: str) -> str:
    return name[1:] if name in _OF_THE_SDK else name


def _kind(value: object) -> str:
    if value is None:
        return "null"
    return {str: "a text", list: "a list", bool: "true or false"}.get(type(value), "a number")
