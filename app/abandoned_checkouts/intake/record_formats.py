"""Recognizes the format of a record, JSON or rows of a spreadsheet, and converts it to a Checkout."""

from collections.abc import Iterator, Sequence

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.rejected import RejectedRecordError, json_object
from abandoned_checkouts.intake.spreadsheet_checkout import checkout_from_spreadsheet
from abandoned_checkouts.intake.spreadsheet_records import SpreadsheetRecord
from abandoned_checkouts.shopify.formats.from_node.checkout import checkout_from_node
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest, checkouts_from_rest
from abandoned_checkouts.wix.from_wix.checkout import checkout_from_wix

# Keys that contain a list of checkouts: in a REST page, and in Wix's responses to query and search.
LISTS = ("checkouts", "abandonedCheckouts", "results")
# Keys that contain one checkout: in REST, in forwarded webhooks, and in Wix's API.
WRAPPERS = ("checkout", "abandonedCheckout")

_SDK_NAMES = ("_id", "_createdDate", "_updatedDate")


def records_of(value: object) -> Iterator[object]:
    """The records in a decoded line or document."""
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
        yield from _nodes_of_response(value["data"])
    elif (nodes := _nodes(value)) is not None:
        yield from nodes
    elif _nodes(value.get("abandonedCheckouts")) is not None:
        yield from _nodes_of_response(value)
    else:
        yield value


def _nodes_of_response(data: dict[str, object]) -> Iterator[object]:
    """The nodes of a GraphQL response. Each root field can be a connection, a list of nodes or a node."""
    for name, field in data.items():
        if type(field) is list:
            yield from (node for node in field if node is not None)
        elif (nodes := _nodes(field)) is not None:
            yield from nodes
        elif type(field) is dict and name not in ("shop", "abandonedCheckoutsCount"):
            yield field


def _nodes(connection: object) -> list[object] | None:
    """The nodes of a connection; None for any other value."""
    if type(connection) is not dict:
        return None
    if type(connection.get("edges")) is list:
        return [edge.get("node") if type(edge) is dict else edge for edge in connection["edges"]]
    return connection["nodes"] if type(connection.get("nodes")) is list else None


def checkouts_from_records(
    values: Sequence[object], zone: str = "UTC", currency: str | None = None
) -> list[Checkout | RejectedRecordError]:
    """The checkout of each record, or the error that checkout_from_record raises for it. Faster for many checkouts of
    REST."""
    if all(type(value) is dict and "created_at" in value for value in values):
        return checkouts_from_rest(values, zone=zone)
    return [_checkout_or_rejection(value, zone, currency) for value in values]


def _checkout_or_rejection(value: object, zone: str, currency: str | None) -> Checkout | RejectedRecordError:
    try:
        return checkout_from_record(value, zone, currency)
    except RejectedRecordError as problem:
        return problem


def checkout_from_record(value: object, zone: str = "UTC", currency: str | None = None) -> Checkout:
    """The checkout of a record of either platform. Raises RejectedRecordError.

    `zone` is for times without an offset, and `currency` for records without a currency.
    """
    if isinstance(value, SpreadsheetRecord):
        return checkout_from_spreadsheet(value, zone, currency)
    value = json_object(value)
    if "created_at" in value:
        return checkout_from_rest(value, zone=zone)
    if "createdAt" in value or str(value.get("id", "")).startswith("gid://"):
        return checkout_from_node(value, currency=currency)
    if "_createdDate" in value:
        value = {_wire_name(name): _wire_form(item) for name, item in value.items()}
    if "createdDate" in value or "checkoutUrl" in value or "buyerInfo" in value:
        return checkout_from_wix(value)
    keys = ", ".join(list(value)[:6]) or "none"
    raise RejectedRecordError(
        f"unknown format (keys: {keys}); expected a checkout of Shopify's REST or GraphQL API, or of Wix"
    )


def _wire_form(value: object) -> object:
    """Converts a record of Wix's SDK to the form of the API. The SDK adds "_" to the names of fields that all entities
    have."""
    if type(value) is dict:
        return {_wire_name(name): _wire_form(item) for name, item in value.items()}
    return [_wire_form(item) for item in value] if type(value) is list else value


def _wire_name(name: str) -> str:
    return name[1:] if name in _SDK_NAMES else name
