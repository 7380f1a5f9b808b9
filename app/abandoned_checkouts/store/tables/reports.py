"""What reports count: the facts of each checkout, sent mails and other actions, and the daily sums of both."""

from sqlalchemy import Column, Index, Integer, Table, Text

from abandoned_checkouts.store.tables.columns import (
    amounts,
    flag,
    json_text,
    key,
    metadata,
    moment,
    number,
    partial_index,
    serial,
    shop_key,
    small_number,
    words,
)

_ABANDONED, _RECOVERED = "abandoned_day IS NOT NULL", "recovered_at IS NOT NULL"


def _day(name: str) -> Column[int]:
    """A day in the shop's zone when it was counted, as an ordinal; null if the moment is."""
    return Column(name, Integer, nullable=True)


# The facts of one checkout, as they were last counted (see reports/facts). They have no personal data, and stay when
# the checkout is deleted or its buyer erased.
report_checkouts = Table(
    "report_checkouts",
    metadata,
    shop_key(),
    key(),
    moment("begun_at"),
    small_number("begun_day"),
    flag("has_contact"),
    moment("abandoned_at", optional=True),
    _day("abandoned_day"),
    Column("abandoned_hour", Integer, nullable=True),
    moment("recovered_at", optional=True),
    _day("recovered_day"),
    words("how", optional=True),
    words("flow_step", optional=True),
    moment("mailed_at", optional=True),
    moment("visited_at", optional=True),
    moment("elsewhere_at", optional=True),
    # A keyed hash. An erasure replaces it by a random number.
    number("shopper", optional=True),
    words("currency"),
    words("presentment_currency"),
    *amounts("total"),
    # [[key, units, price], …]
    json_text("products", default="[]"),
    partial_index("ix_report_checkouts_shoppers", "shop_id", "abandoned_day", "shopper", where=_ABANDONED),
    partial_index(
        "ix_report_checkouts_recovered", "shop_id", "abandoned_day", "recovered_at", "abandoned_at", where=_RECOVERED
    ),
    sqlite_with_rowid=False,
)

# Sent mails, skipped steps and visits: each counts once, by its name.
report_actions = Table(
    "report_actions",
    metadata,
    shop_key(),
    Column("name", Text, primary_key=True),
    number("checkout_id"),
    # sent | skipped | visit
    words("kind"),
    # flow.position of a mail; that of the last mail before a visit; position and reason of a skipped step.
    words("part"),
    moment("at"),
    small_number("day"),
    Index("ix_report_actions_by_checkout", "shop_id", "checkout_id"),
    Index("ix_report_actions_by_at", "at"),
    sqlite_with_rowid=False,
)

# Title and picture of the products in `report_days`.
report_products = Table(
    "report_products",
    metadata,
    shop_key(),
    Column("key", Text, primary_key=True),
    words("title"),
    words("image", optional=True),
    sqlite_with_rowid=False,
)

# The daily sums: see add_counts in reports/facts for the measures and their parts.
report_days = Table(
    "report_days",
    metadata,
    shop_key(),
    Column("measure", Text, primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("part", Text, primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("presentment_currency", Text, primary_key=True),
    number("number"),
    *amounts("total"),
    sqlite_with_rowid=False,
)

# The changes on PostgreSQL that are not added to `report_days` yet. A transaction only appends here, so
# transactions do not wait for each other. A report adds both. SQLite has one writer, which adds to `report_days`.
report_changes = Table(
    "report_changes",
    metadata,
    shop_key(),
    serial(),
    words("measure"),
    small_number("day"),
    words("part"),
    words("currency"),
    words("presentment_currency"),
    number("number"),
    *amounts("total"),
)

# Up to which checkout the facts of a shop were counted again, and the zone of the days when that ended.
report_progress = Table(
    "report_progress",
    metadata,
    shop_key(),
    # The zone whose days are counted; another one than the shop's means that a rebuild is due.
    words("timezone"),
    # The zone that a rebuild works for, its step, and the last key that it has done.
    words("next_timezone", optional=True),
    words("step", optional=True),
    words("place", optional=True),
)
