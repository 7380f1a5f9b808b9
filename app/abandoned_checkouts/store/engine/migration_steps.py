"""The steps of migrations that change large tables. Migrations list them in `STEPS`, in their order.

On SQLite, all steps run in one transaction. On PostgreSQL, each one runs so that it holds no lock for long (see
store/engine/online_upgrade); a function in `STEPS` is a transaction there, and must be fast on large tables.
"""

from collections.abc import Callable
from dataclasses import dataclass

from alembic import op
from sqlalchemy import text


@dataclass(frozen=True, slots=True)
class Batches:
    """A statement for many rows. It reads or changes the rows of `table`, whose key is `shop_id, id`, and has the place
    `{batch}` for the condition that selects rows of it. It must not depend on other batches."""

    table: str
    statement: str

    def __call__(self) -> None:
        op.execute(text(self.statement.format(batch="1 = 1")))

    def next_end(self, after: list[int] | None, size: int) -> str:
        """The query for the key of the last row of a batch that begins after this key. It has no row for the last
        batch."""
        where = "" if after is None else f"WHERE {self._key()} > {_row(after)} "
        return f"SELECT shop_id, id FROM {self.table} {where}ORDER BY shop_id, id LIMIT 1 OFFSET {size - 1}"

    def one_batch(self, after: list[int] | None, end: list[int] | None) -> str:
        """The statement for the rows after the key `after`, up to the key `end`. None means no limit."""
        if after is not None and end is not None and after[0] == end[0]:
            first, last = int(after[1]), int(end[1])
            shop = f"{self.table}.shop_id = {int(end[0])}"
            return self.statement.format(batch=f"{shop} AND {self.table}.id > {first} AND {self.table}.id <= {last}")
        conditions = [] if after is None else [f"{self._key()} > {_row(after)}"]
        if end is not None:
            conditions.append(f"{self._key()} <= {_row(end)}")
        return self.statement.format(batch=" AND ".join(conditions) or "1 = 1")

    def _key(self) -> str:
        return f"({self.table}.shop_id, {self.table}.id)"


@dataclass(frozen=True, slots=True)
class NewIndex:
    """An index of a table that can be large. `replaces` an index with the same name, if set."""

    name: str
    table: str
    columns: tuple[str, ...]
    where: str | None = None
    replaces: bool = False

    def __call__(self) -> None:
        if self.replaces:
            op.drop_index(self.name, self.table)
        op.execute(text(f"CREATE INDEX {self.name} {self._of()}"))

    @property
    def new_name(self) -> str:
        """The name until the index is complete, and the old index, if there is one, is dropped."""
        return f"{self.name}_new"

    @property
    def concurrently(self) -> str:
        """Creates the index on PostgreSQL while others write to the table. Not in a transaction."""
        return f"CREATE INDEX CONCURRENTLY {self.new_name} {self._of()}"

    def use(self) -> None:
        """Give the complete index its name."""
        if self.replaces:
            op.drop_index(self.name, self.table)
        op.execute(text(f"ALTER INDEX {self.new_name} RENAME TO {self.name}"))

    def _of(self) -> str:
        condition = "" if self.where is None else f" WHERE {self.where}"
        return f"ON {self.table} ({', '.join(self.columns)}){condition}"


Step = Callable[[], None] | Batches | NewIndex


def run_steps(steps: tuple[Step, ...]) -> None:
    """Run the steps in the transaction of the caller."""
    for step in steps:
        step()


def _row(key: list[int]) -> str:
    shop_id, number = key
    return f"({int(shop_id)}, {int(number)})"
