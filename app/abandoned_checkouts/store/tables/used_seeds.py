"""The seeds of a server for tests whose random values the store may have."""

from sqlalchemy import BigInteger, Column, Table

from abandoned_checkouts.store.tables.columns import metadata

twin_seeds = Table(
    "twin_seeds",
    metadata,
    Column("seed", BigInteger, primary_key=True, autoincrement=False),
    # How often the sequences of this seed have begun.
    Column("uses", BigInteger, nullable=False),
)
