"""The lines of a GraphQL bulk file: children follow their parent and name it by `__parentId`."""

from collections.abc import Iterator

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.intake.record import FileRecord

# Which connection a child belongs to, by the type in its id; a discount's allocation has no id.
_CONNECTIONS = {"AbandonedCheckoutLineItem": "lineItems"}
_WITHOUT_ID = "discountAllocations"


def grouped(found: Iterator[FileRecord]) -> Iterator[FileRecord]:
    """Records with their children in place of the connection they came from; other records pass unchanged."""
    parent: FileRecord | None = None
    within: dict[str, UntypedJson] = {}
    for record in found:
        value = record.value
        if type(value) is not dict or "__parentId" not in value:
            if parent is not None:
                yield parent
                parent = None
            if type(value) is dict and type(value.get("id")) is str and value["id"].startswith("gid://"):
                parent, within = record, {value["id"]: value}
            else:
                yield record
            continue
        above = within.get(value.pop("__parentId"))
        if above is None:
            record.problem = "this is part of a record that does not stand before it"
            yield record
            continue
        number = value.get("id")
        if type(number) is str:
            within[number] = value
        kind = number.split("/")[-2] if type(number) is str and number.count("/") > 2 else ""
        connection = above.setdefault(_CONNECTIONS.get(kind, _WITHOUT_ID), {})
        connection.setdefault("nodes", []).append(value)
    if parent is not None:
        yield parent
