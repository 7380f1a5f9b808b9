"""Bulk operations: queries over a whole shop, with the result in a file."""

import orjson
import strawberry

from abandoned_checkouts.access.rules import READ, Data, granted
from abandoned_checkouts.checkouts.moment import format_utc, format_utc_or_none
from abandoned_checkouts.shopify.bulk.rules.files import result_address
from abandoned_checkouts.shopify.schema.resolving.fields import Backed, backed, column
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.shopify.schema.types.node import Node
from abandoned_checkouts.shopify.schema.types.scalars import URL, DateTime, UnsignedInt64
from abandoned_checkouts.shopify.schema.types.shop_enums import (
    BulkOperationErrorCode,
    BulkOperationStatus,
    BulkOperationType,
)
from abandoned_checkouts.shopify.values.gid import GidOf

FILE_SCOPES = frozenset(READ[Data.BULK_FILES].scopes)
_operation_id = GidOf("BulkOperation")


def _text_or_none(number: int | None) -> str | None:
    return None if number is None else str(number)


def _result_address(request: Request, scopes: str, file: str | None, completed_at: int | None) -> str | None:
    """None for a caller without the scopes that the operation read with: the file has what they granted."""
    if file is None or completed_at is None:
        return None
    if not granted(orjson.loads(scopes)) & FILE_SCOPES <= granted(request.access.scopes):
        return None
    return result_address(request.base, request.shop, file, completed_at, request.now)


@backed(description="A query over a whole shop that runs in the background.")
class BulkOperation(Backed, Node):
    completed_at: DateTime | None = column(
        "completed_at", compute=format_utc_or_none, description="When the operation ended; null until then."
    )
    created_at: DateTime = column("created_at", compute=format_utc, description="When the operation was created.")
    error_code: BulkOperationErrorCode | None = column("error_code", description="The reason why the operation failed.")
    file_size: UnsignedInt64 | None = column(
        "file_size", compute=_text_or_none, description="The size of the result in bytes."
    )
    id: strawberry.ID = column("id", compute=_operation_id, description="The global id.")
    object_count: UnsignedInt64 = column(
        "object_count", compute=str, description="The number of objects written so far, at all levels."
    )
    partial_data_url: URL | None = column(
        "scopes",
        "partial_file",
        "completed_at",
        compute=_result_address,
        uses_request=True,
        description="The URL of the incomplete result of a failed operation.",
    )
    query: str = column("query", description="The query or mutation that the operation runs.")
    root_object_count: UnsignedInt64 = column(
        "root_object_count", compute=str, description="The number of objects written so far at the first level."
    )
    status: BulkOperationStatus = column("status", description="The status of the operation.")
    type: BulkOperationType = column("type", description="Whether the operation runs a query or a mutation.")
    url: URL | None = column(
        "scopes",
        "file",
        "completed_at",
        compute=_result_address,
        uses_request=True,
        description="The URL of the result, a JSON line per object; null if the result is empty or not ready.",
    )
