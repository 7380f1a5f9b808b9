"""Root fields that are lists of a shop's rows, and counts of these lists."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from abandoned_checkouts.shopify.execution.plan.arguments import Arguments
from abandoned_checkouts.shopify.execution.plan.compiler import Compiler
from abandoned_checkouts.shopify.execution.plan.connections import ConnectionWriter
from abandoned_checkouts.shopify.execution.plan.leaves import TextOf, text_maker
from abandoned_checkouts.shopify.execution.plan.level import SORT, Level
from abandoned_checkouts.shopify.execution.plan.run import NOT_READY, Run
from abandoned_checkouts.shopify.execution.plan.selection import Selected, object_type
from abandoned_checkouts.shopify.execution.plan.unplanned import UnplannedError
from abandoned_checkouts.shopify.schema.resolving.sources import Counted, DescribedPage, RootList
from abandoned_checkouts.shopify.schema.types.count import count_of
from abandoned_checkouts.shopify.values.cursor import CursorForm
from abandoned_checkouts.store.engine.driver_thread import run_without_waiting
from abandoned_checkouts.store.engine.rows import RowValues
from abandoned_checkouts.store.reading.pages import Listing, SortOrder, page_of
from abandoned_checkouts.store.reading.queries import CountQuery, PageQuery, QuerySteps
from abandoned_checkouts.store.reading.statement_shapes import uses_full_text

# Pages of up to this many rows are read at once if that takes little time, larger pages in slices.
SHORT_PAGE = 50
# The same for pages of rows without parts: the number of values of all rows. That takes as long as a page of 15
# checkouts with lines.
_SHORT_VALUES = 1_500
_TYPENAME = '"Count"'
_BY_ID = SortOrder("id")


@dataclass(frozen=True, slots=True)
class ListRoot:
    source: RootList
    level: Level
    connection: ConnectionWriter
    arguments: Arguments
    key: str
    kept: dict[Hashable, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, compiler: Compiler, selected: Selected, source: RootList) -> "ListRoot":
        level = Level(source.table)
        connection = ConnectionWriter.of(compiler, level, source.type_name, selected, (selected.key,))
        return cls(source, level, connection, Arguments.of_field(selected), selected.key)

    async def prepared(self, run: Run) -> DescribedPage:
        return self._prepared(run, await self.source.describe(run.request, **self.arguments.of(run)))

    def ready(self, run: Run) -> DescribedPage | object:
        arguments = self.arguments.of(run)
        if "saved_search_id" in arguments:
            return NOT_READY
        return self._prepared(run, run_without_waiting(self.source.describe(run.request, **arguments)))

    def _prepared(self, run: Run, described: DescribedPage) -> DescribedPage:
        if described.search is not None:
            run.search.append({**described.search, "path": [self.key]})
        run.short = run.short and self._is_short(described.window.size)
        if uses_full_text(described.listing):
            # The statement may take long before it returns the first row.
            run.short = run.sliced = False
        return described

    def _is_short(self, size: int) -> bool:
        """Whether a page of that size takes little time."""
        if size <= SHORT_PAGE:
            return True
        is_flat = not any(writer.parts for writer in self.connection.writers)
        return is_flat and size * (len(self.level.columns) + len(SORT)) <= _SHORT_VALUES

    def text(self, run: Run, prepared: DescribedPage) -> QuerySteps[list[bytes]]:
        window, id_at = prepared.window, self._id_at(prepared)
        rows: Sequence[RowValues] = ()
        if window.size:
            columns, joins = self.level.read
            # SQL cannot select no columns. If only the number of rows matters, their positions are selected.
            placed = (self.level.placed and id_at is None) or not columns
            rows = yield PageQuery(prepared.listing, window, columns, placed, joins, self.kept)
        page = page_of(rows, window)
        run.counts[(self.key,)] = len(page.rows)
        shown = (0, len(page.rows), page.has_next, page.has_previous)
        return (yield from self.connection.chunks(run, prepared.form, page.rows, shown, id_at))

    def _id_at(self, prepared: DescribedPage) -> int | None:
        """The index of the id in the rows, if it is also their place in the list: then it is read once, not three
        times."""
        level = self.level
        is_by_id = prepared.form is CursorForm.ID and prepared.listing.order == _BY_ID
        return level.columns.index("id") if level.placed and is_by_id and "id" in level.columns else None


@dataclass(frozen=True, slots=True)
class CountRoot:
    """`members` are the response keys of the type Count, each with the attribute of count_of's result and the function
    that converts it to text. `__typename` has neither.
    """

    source: Counted
    arguments: Arguments
    members: tuple[tuple[str, str, TextOf | None], ...]
    key: str

    @classmethod
    def of(cls, compiler: Compiler, selected: Selected, source: Counted) -> "CountRoot":
        type_ = object_type(selected.field.type)
        members: list[tuple[str, str, TextOf | None]] = []
        for each in compiler.selections.of(type_, selected.below):
            if each.name == "__typename":
                members.append((each.key, "", None))
            else:
                name = each.field.extensions["strawberry-definition"].python_name
                members.append((each.key, name, text_maker(each.field.type)))
        return cls(source, Arguments.of_field(selected), tuple(members), selected.key)

    async def prepared(self, run: Run) -> tuple[Listing, int | None]:
        run.short = run.sliced = False
        arguments = dict(self.arguments.of(run))
        limit = arguments.pop("limit", None)
        found = await self.source.describe(run.request, **arguments)
        if found.entry is not None:
            run.search.append({**found.entry, "path": [self.key]})
        return found.listing, limit

    def ready(self, run: Run) -> object:
        return NOT_READY

    def text(self, run: Run, prepared: tuple[Listing, int | None]) -> QuerySteps[str]:
        listing, limit = prepared
        if limit is not None and limit < 0:
            raise UnplannedError("a negative limit")
        ((number,),) = yield CountQuery(listing, limit)
        run.counts[(self.key,)] = 1
        count = count_of(int(number), limit)
        texts = (
            f'"{key}":{_TYPENAME if make is None else make(getattr(count, name))}' for key, name, make in self.members
        )
        return f"{{{','.join(texts)}}}"
