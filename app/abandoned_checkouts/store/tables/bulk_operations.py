"""Bulk operations: queries over all data of a shop that run in the background."""

from sqlalchemy import Column, Index, LargeBinary, Table, Text

from abandoned_checkouts.store.tables.columns import flag, json_text, key, metadata, moment, number, shop_key, words

bulk_operations = Table(
    "bulk_operations",
    metadata,
    shop_key(),
    key(),
    number("app_id"),
    words("type", default="QUERY"),
    # CREATED, RUNNING, COMPLETED, FAILED, CANCELING, CANCELED or EXPIRED.
    words("status", default="CREATED"),
    words("query"),
    flag("group_objects"),
    # The API version and the scopes of the request. The operation runs with them.
    words("api_version"),
    json_text("scopes", default="[]"),
    words("error_code", optional=True),
    number("object_count", default=0),
    number("root_object_count", default=0),
    number("file_size", optional=True),
    # The name of the file in the folder of results. Null if there is no result yet, or if the result is empty.
    words("file", optional=True),
    words("partial_file", optional=True),
    # The counters, and the state that a runner needs after an interruption.
    json_text("progress"),
    # The runner that has claimed the operation, and the end of its lease. After that, another runner can claim it.
    words("worker", optional=True),
    moment("leased_until", optional=True),
    moment("created_at"),
    moment("started_at", optional=True),
    moment("completed_at", optional=True),
    Index("ix_bulk_operations_by_app", "shop_id", "app_id", "type", "created_at"),
    Index("ix_bulk_operations_by_status", "status", "created_at"),
)

# The parts of the files of bulk operations and exports, if they are not in a folder.
result_files = Table(
    "result_files",
    metadata,
    shop_key(),
    Column("name", Text, primary_key=True),
    key("position"),
    Column("content", LargeBinary, nullable=False),
    moment("created_at"),
    Index("ix_result_files_by_created_at", "created_at"),
)
