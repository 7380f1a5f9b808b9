"""Bulk operations: queries over everything, whose results are fetched as a file."""

import strawberry

from abandoned_checkouts.checkouts.moment import format_utc
from abandoned_checkouts.shopify.bulk.rules.files import result_address
from abandoned_checkouts.shopify.schema.resolving.fields import Backed, backed, column
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.shopify.schema.types.consent import moment_or_none
from abandoned_checkouts.shopify.schema.types.node import Node
from abandoned_checkouts.shopify.schema.types.scalars import URL, DateTime, UnsignedInt64
from abandoned_checkouts.shopify.schema.types.shop_enums import (
    BulkOperationErrorCode,
    BulkOperationStatus,
    BulkOperationType,
)
from abandoned_checkouts.shopify.values.gid import GidOf

_operation_id = GidOf("BulkOperation")


def _text_or_none(number: int | None) -> str | None:
    return None if number is None else str(number)


def _result_address(request: Request, file: str | None, completed_at: int | None) -> str | None:
    if file is None or completed_at is None:
        return None
    return result_address(request.base, request.shop, file, completed_at, request.now)


@backed(description="A query that runs over everything in the background.")
class BulkOperation(Backed, Node):
    completed_at: DateTime | None = column(
        "completed_at", compute=moment_or_none, description="When it ended; null while it has not."
    )
    created_at: DateTime = column("created_at", compute=format_utc, description="When it was asked for.")
    error_code: BulkOperationErrorCode | None = column("error_code", description="Why it failed.")
    file_size: UnsignedInt64 | None = column(
        "file_size", compute=_text_or_none, description="The result's size in bytes."
    )
    id: strawberry.ID = column("id", compute=_operation_id, description="The global id.")
    object_count: UnsignedInt64 = column(
        "object_count", compute=str, description="How many things were found so far, at every level."
    )
    partial_data_url: URL | None = column(
        "partial_file",
        "completed_at",
        compute=_result_address,
        uses_request=True,
        description="Where the result of a failed operation is, as far as it came.",
    )
    query: str = column("query", description="What it runs.")
    root_object_count: UnsignedInt64 = column(
        "root_object_count", compute=str, description="How many things were found so far at the first level."
    )
    status: BulkOperationStatus = column("status", description="How far it is.")
    type: BulkOperationType = column("type", description="Whether it runs a query or a mutation.")
    url: URL | None = column(
        "file",
        "completed_at",
        compute=_result_address,
        uses_request=True,
        description="Where the result is: JSON, a line for each thing. Null until it is there, and where it is empty.",
    )
