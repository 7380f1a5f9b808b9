"""The kinds of columns."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    Text,
    event,
    text,
)
from sqlalchemy.schema import SchemaItem

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# The condition of a partial index, in its `info`. `HOLDS_JSON` is in the `info` of columns with JSON as text.
_WHERE, HOLDS_JSON = "where", "holds_json"


def number(name: str, *constraints: SchemaItem, default: int | None = None, optional: bool = False) -> Column[int]:
    """A whole number of 64 bits."""
    return Column(name, BigInteger, *constraints, nullable=optional, server_default=_text(default))


def small_number(name: str, default: int | None = None) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=_text(default))


def amount(name: str, optional: bool = False) -> Column[int]:
    """Money, in ten-thousandths."""
    return number(name, optional=optional)


def amounts(name: str, optional: bool = False) -> tuple[Column[int], Column[int]]:
    """Money in the shop's currency and in the buyer's."""
    return amount(name, optional), amount(f"presentment_{name}", optional)


def moment(name: str, optional: bool = False) -> Column[int]:
    """A moment, in microseconds since 1970, UTC."""
    return number(name, optional=optional)


def flag(name: str, default: bool = False) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default="1" if default else "0")


def words(name: str, default: str | None = None, optional: bool = False) -> Column[str]:
    return Column(name, Text, nullable=optional, server_default=default)


def json_text(name: str, default: str | None = None) -> Column[str]:
    """JSON as text. It can be null if there is no default."""
    return Column(name, Text, nullable=default is None, server_default=default, info={HOLDS_JSON: True})


def shop_key() -> Column[int]:
    """The first column of every table that belongs to a shop."""
    return Column("shop_id", BigInteger, primary_key=True, autoincrement=False)


def key(name: str = "id") -> Column[int]:
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


def serial() -> Column[int]:
    """The number of the row. It is greater than the numbers of all earlier rows of all shops (see
    store/engine/numbering)."""
    return Column("id", BigInteger, Identity(), primary_key=True)


def _text(default: int | None) -> str | None:
    return None if default is None else str(default)


def belongs_to(table: str, name: str) -> ForeignKeyConstraint:
    """The column refers to a row of another table of the same shop. If that row is deleted, so is this one."""
    return ForeignKeyConstraint(["shop_id", name], [f"{table}.shop_id", f"{table}.id"], ondelete="CASCADE")


def partial_index(name: str, *columns: str, where: str) -> Index:
    """An index of only those rows that meet the condition."""
    return Index(name, *columns, sqlite_where=text(where), info={_WHERE: where})


@event.listens_for(metadata, "before_create")
def _set_conditions_of_postgresql(target: MetaData, connection: Connection, **_: object) -> None:
    """Give the conditions of indexes to PostgreSQL. An index that is declared with them imports SQLAlchemy's dialect of
    PostgreSQL, which takes 40 ms, on SQLite too."""
    if connection.dialect.name == "postgresql":
        for table in target.tables.values():
            for index in table.indexes:
                if _WHERE in index.info:
                    index.dialect_kwargs["postgresql_where"] = text(index.info[_WHERE])
