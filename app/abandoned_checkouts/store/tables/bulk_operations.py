"""Bulk operations: queries over everything, run in the background."""

from sqlalchemy import Index, Table

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
    # In which version and with which scopes it was asked for, and so is run.
    words("api_version"),
    json_text("scopes", default="[]"),
    words("error_code", optional=True),
    number("object_count", default=0),
    number("root_object_count", default=0),
    number("file_size", optional=True),
    # The result's name within the folder of results; null while there is none, or where it would be empty.
    words("file", optional=True),
    words("partial_file", optional=True),
    # Where the runner stands: what it must know to go on after it was stopped.
    json_text("progress"),
    # Which runner has it and until when, so that another takes over what was left behind.
    words("worker", optional=True),
    moment("leased_until", optional=True),
    moment("created_at"),
    moment("started_at", optional=True),
    moment("completed_at", optional=True),
    Index("ix_bulk_operations_by_app", "shop_id", "app_id", "type", "created_at"),
    Index("ix_bulk_operations_by_status", "status", "created_at"),
)
