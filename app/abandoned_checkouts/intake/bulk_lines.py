"""Rebuilds nested objects from the lines of a GraphQL bulk file."""

from collections.abc import Iterator

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.intake.record import FileRecord

# The connection for each type of child, by the type in the child's id. Discount allocations have no id.
_CONNECTIONS = {"AbandonedCheckoutLineItem": "lineItems"}
_WITHOUT_ID = "discountAllocations"


def grouped(found: Iterator[FileRecord]) -> Iterator[FileRecord]:
    """Each parent with its children as nodes of a connection. A child's line follows its parent's line and has the
    parent's id in `__parentId`. Other records are not changed."""
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
            record.problem = "__parentId is not the id of an earlier line"
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
