"""The counts of reports. The shops of this store are marked, so that what they have is counted in the background."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Identity, Integer, PrimaryKeyConstraint, Text, text
from sqlalchemy.schema import SchemaItem

revision = "0018"
down_revision = "0017"

_SUMS = ("number", "total", "presentment_total")


def upgrade() -> None:
    _table(
        "report_checkouts",
        ("shop_id", "id"),
        *(_number(name) for name in ("shop_id", "id", "begun_at")),
        Column("begun_day", Integer, nullable=False),
        Column("has_contact", Boolean, nullable=False, server_default="0"),
        _number("abandoned_at", True),
        Column("abandoned_day", Integer, nullable=True),
        Column("abandoned_hour", Integer, nullable=True),
        _number("recovered_at", True),
        Column("recovered_day", Integer, nullable=True),
        Column("how", Text, nullable=True),
        Column("flow_step", Text, nullable=True),
        *(_number(name, True) for name in ("mailed_at", "visited_at", "elsewhere_at", "shopper")),
        *(Column(name, Text, nullable=False) for name in ("currency", "presentment_currency")),
        *(_number(name) for name in ("total", "presentment_total")),
        Column("products", Text, nullable=False, server_default="[]"),
    )
    _index("ix_report_checkouts_shoppers", "abandoned_day IS NOT NULL", "abandoned_day", "shopper")
    _index("ix_report_checkouts_recovered", "recovered_at IS NOT NULL", "abandoned_day", "recovered_at", "abandoned_at")
    _table(
        "report_actions",
        ("shop_id", "name"),
        _number("shop_id"),
        Column("name", Text, nullable=False),
        _number("checkout_id"),
        *(Column(name, Text, nullable=False) for name in ("kind", "part")),
        _number("at"),
        Column("day", Integer, nullable=False),
    )
    op.create_index("ix_report_actions_by_checkout", "report_actions", ["shop_id", "checkout_id"])
    op.create_index("ix_report_actions_by_at", "report_actions", ["at"])
    _table(
        "report_products",
        ("shop_id", "key"),
        _number("shop_id"),
        *(Column(name, Text, nullable=False) for name in ("key", "title")),
        Column("image", Text, nullable=True),
    )
    _table(
        "report_days",
        ("shop_id", "measure", "day", "part", "currency", "presentment_currency"),
        _number("shop_id"),
        Column("measure", Text, nullable=False),
        Column("day", Integer, nullable=False, autoincrement=False),
        *(Column(name, Text, nullable=False) for name in ("part", "currency", "presentment_currency")),
        *map(_number, _SUMS),
    )
    op.create_table(
        "report_changes",
        _number("shop_id"),
        Column("id", BigInteger, Identity(), nullable=False),
        Column("measure", Text, nullable=False),
        Column("day", Integer, nullable=False),
        *(Column(name, Text, nullable=False) for name in ("part", "currency", "presentment_currency")),
        *map(_number, _SUMS),
        PrimaryKeyConstraint("shop_id", "id", name="pk_report_changes"),
    )
    op.create_table(
        "report_progress",
        _number("shop_id"),
        Column("timezone", Text, nullable=False),
        *(Column(name, Text, nullable=True) for name in ("next_timezone", "step", "place")),
        PrimaryKeyConstraint("shop_id", name="pk_report_progress"),
    )
    op.execute("INSERT INTO report_progress (shop_id, timezone) SELECT id, '' FROM shops")


def _table(name: str, keys: tuple[str, ...], *columns: SchemaItem) -> None:
    op.create_table(name, *columns, PrimaryKeyConstraint(*keys, name=f"pk_{name}"), sqlite_with_rowid=False)


def _number(name: str, optional: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=optional, autoincrement=False)


def _index(name: str, where: str, *columns: str) -> None:
    condition = text(where)
    op.create_index(name, "report_checkouts", ["shop_id", *columns], sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    for name in ("progress", "changes", "days", "products", "actions", "checkouts"):
        op.drop_table(f"report_{name}")
