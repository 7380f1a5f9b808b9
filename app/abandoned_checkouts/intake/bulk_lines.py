"""The lines of a GraphQL bulk file: nested objects follow their parent and have its id in `__parentId`."""

from collections.abc import Iterator

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.intake.record import FileRecord

# The type in a child's id → the connection that it belongs to. Discount allocations have no id.
_CONNECTIONS = {"AbandonedCheckoutLineItem": "lineItems"}
_WITHOUT_ID = "discountAllocations"


def grouped(found: Iterator[FileRecord]) -> Iterator[FileRecord]:
    """Each parent with its children as nodes of their connection. Other records are not changed."""
    parent: FileRecord | None = None
    by_id: dict[str, UntypedJson] = {}
    for record in found:
        value = record.value
        if type(value) is not dict or "__parentId" not in value:
            if parent is not None:
                yield parent
                parent = None
            if type(value) is dict and type(value.get("id")) is str and value["id"].startswith("gid://"):
                parent, by_id = record, {value["id"]: value}
            else:
                yield record
            continue
        owner = by_id.get(value.pop("__parentId"))
        if owner is None:
            record.problem = "no line before has the id in __parentId"
            yield record
            continue
        gid = value.get("id")
        if type(gid) is str:
            by_id[gid] = value
        type_name = gid.split("/")[-2] if type(gid) is str and gid.count("/") > 2 else ""
        connection = owner.setdefault(_CONNECTIONS.get(type_name, _WITHOUT_ID), {})
        connection.setdefault("nodes", []).append(value)
    if parent is not None:
        yield parent
