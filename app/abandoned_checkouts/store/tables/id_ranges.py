"""On SQLite, between which ids the checkouts of each part of a day are, so that a page by id of a late range of
`created_at` begins near its first row (see reading/text_statement).

`checkout_id_ranges` has the smallest and the greatest id of the checkouts that were created in a part, or had such a
time once: a range may be too wide, and never too narrow. `checkout_id_ranges_until` has the position of the change feed
up to which the checkouts of a shop are in it. Later ones are read from the feed, so it does not matter how often
`store/outbox/id_ranges` adds them, or whether a server of an older version, which does not, writes too.
"""

# A part of a day in microseconds: 6 hours.
PART = 21_600_000_000

ID_RANGES = (
    "CREATE TABLE checkout_id_ranges (shop_id INTEGER NOT NULL, part INTEGER NOT NULL, first_id INTEGER NOT NULL, "
    "last_id INTEGER NOT NULL, PRIMARY KEY (shop_id, part)) WITHOUT ROWID",
    "CREATE TABLE checkout_id_ranges_until (shop_id INTEGER NOT NULL PRIMARY KEY, position INTEGER NOT NULL)",
)

# For the statements of a shop, whose number is the parameter :page_shop: its checkouts that are not in the ranges.
# SQLite keeps the order of a CROSS JOIN.
CHANGED_SINCE = (
    "record_changes CROSS JOIN abandoned_checkouts INDEXED BY ix_abandoned_checkouts_by_id "
    "WHERE record_changes.shop_id = :page_shop AND record_changes.kind = 'checkout' AND record_changes.id > "
    "coalesce((SELECT position FROM checkout_id_ranges_until WHERE shop_id = :page_shop), 0) "
    "AND abandoned_checkouts.shop_id = :page_shop AND abandoned_checkouts.id >= record_changes.record_id "
    "AND abandoned_checkouts.id <= record_changes.record_id"
)
