"""Fields of the root that find rows by global ids: `customer(id:)` and its kind, `node` and `nodes`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from abandoned_checkouts.shopify.execution.plan.arguments import Arguments
from abandoned_checkouts.shopify.execution.plan.compiler import Compiler
from abandoned_checkouts.shopify.execution.plan.field_at import FieldPath
from abandoned_checkouts.shopify.execution.plan.level import Level
from abandoned_checkouts.shopify.execution.plan.resolved import ResolvedRoot
from abandoned_checkouts.shopify.execution.plan.run import Run
from abandoned_checkouts.shopify.execution.plan.selection import Selected
from abandoned_checkouts.shopify.execution.plan.writer import Writer
from abandoned_checkouts.shopify.language.cost.actual import NOT_ASKED
from abandoned_checkouts.shopify.schema.resolving.root_fields import LOOKUPS, typed_gid
from abandoned_checkouts.shopify.schema.resolving.sources import AnyNode, Lookup
from abandoned_checkouts.shopify.schema.roots.nodes import FINDERS
from abandoned_checkouts.shopify.values.gid import Gid, InvalidGidError, parse_gid
from abandoned_checkouts.store.reading.queries import QuerySteps, RowsQuery

# The columns that name a row, and their values.
Name = Mapping[str, Any]


@dataclass(slots=True)
class NamedRows:
    """Rows of one type, read by their names and written. `resolves`: some field of theirs is its resolver's; `paths`
    are those of all objects and pages that are counted below them."""

    lookup: Lookup
    level: Level
    writer: Writer
    resolves: bool
    paths: tuple[FieldPath, ...]

    @classmethod
    def of(cls, compiler: Compiler, lookup: Lookup, selected: Selected) -> "NamedRows":
        level, resolves_elsewhere = Level(lookup.table), compiler.resolves
        compiler.resolves, known = False, len(compiler.paths)
        writer = compiler.objects(level, lookup.type_name, selected.below, (selected.key,))
        for column in lookup.find(Gid(lookup.type_name, "1", "")) or ():
            level.index(column)
        rows = cls(lookup, level, writer, compiler.resolves, tuple(compiler.paths[known:]))
        compiler.resolves = resolves_elsewhere
        return rows

    def texts(self, run: Run, names: Sequence[Name]) -> QuerySteps[list[str | None]]:
        """The text for each of the names, which are of the same columns; None where there is no row."""
        columns = tuple(names[0])
        indexes = [self.level.columns.index(column) for column in columns]
        keys = [tuple(name.values()) for name in names]
        asked = set(keys)
        shop, firsts = run.request.shop.id, list({key[0] for key in keys})
        rows = yield RowsQuery(self.lookup.table, shop, tuple(self.level.columns), columns[0], firsts)
        row_of: dict[tuple[Any, ...], Any] = {}
        for row in rows:
            key = tuple([row[index] for index in indexes])
            if key in asked:
                row_of.setdefault(key, row)
        shown = list(row_of)
        if self.writer.counts_objects and len(asked) < len(keys):
            shown = [key for key in keys if key in row_of]
        texts = yield from self.writer.texts(run, [row_of[key] for key in shown])
        text_of = dict(zip(shown, texts, strict=True))
        return [text_of.get(key) for key in keys]


@dataclass(frozen=True, slots=True)
class LookupRoot:
    rows: NamedRows
    arguments: Arguments
    key: str

    @classmethod
    def of(cls, compiler: Compiler, selected: Selected, source: Lookup) -> "LookupRoot":
        rows = NamedRows.of(compiler, source, selected)
        return cls(rows, Arguments.of_field(selected), selected.key)

    async def prepared(self, run: Run) -> Name | None:
        lookup, run.resolves = self.rows.lookup, run.resolves or self.rows.resolves
        (text,) = self.arguments.of(run).values()
        return lookup.find(typed_gid(text, lookup.gid_type or lookup.type_name))

    def text(self, run: Run, prepared: Name | None) -> QuerySteps[str]:
        text = None if prepared is None else (yield from self.rows.texts(run, [prepared]))[0]
        run.counts[(self.key,)] = int(text is not None)
        return "null" if text is None else text


@dataclass(frozen=True, slots=True)
class NodeRoot:
    """`rows` has, by type, what is selected of each type that rows back; `resolved` answers for ids of any other."""

    many: bool
    rows: Mapping[str, NamedRows]
    resolved: ResolvedRoot
    arguments: Arguments
    key: str

    @classmethod
    def of(cls, compiler: Compiler, selected: Selected, source: AnyNode) -> "NodeRoot":
        rows = {}
        for type_name, lookup in LOOKUPS.items():
            if type_name not in FINDERS:
                made = compiler.tried(partial(NamedRows.of, compiler, lookup, selected))
                if made is not None:
                    rows[type_name] = made
        resolved = ResolvedRoot.of(compiler, selected)
        return cls(source.many, rows, resolved, Arguments.of_field(selected), selected.key)

    async def prepared(self, run: Run) -> list[Gid | None] | None:
        """The ids, None in the place of each that can name nothing. None altogether when the resolver has to answer."""
        (given,) = self.arguments.of(run).values()
        gids: list[Gid | None] = []
        for text in given if self.many else [given]:
            try:
                gid = parse_gid(text)
            except InvalidGidError:
                gids.append(None)
                continue
            rows = self.rows.get(gid.type_name)
            if gid.type_name in run.request.hidden or (rows is None and _is_known(gid.type_name)):
                await self.resolved.prepared(run)
                return None
            run.resolves = run.resolves or (rows is not None and rows.resolves)
            gids.append(gid if rows is not None else None)
        return gids

    def text(self, run: Run, prepared: list[Gid | None] | None) -> QuerySteps[str]:
        if prepared is None:
            return (yield from self.resolved.text(run, None))
        texts: list[str | None] = [None] * len(prepared)
        asked: dict[str, list[tuple[int, Name]]] = {}
        for number, gid in enumerate(prepared):
            name = None if gid is None else self.rows[gid.type_name].lookup.find(gid)
            if gid is not None and name is not None:
                asked.setdefault(gid.type_name, []).append((number, name))
        for type_name, named in asked.items():
            written = yield from self.rows[type_name].texts(run, [name for _, name in named])
            for (number, _), text in zip(named, written, strict=True):
                texts[number] = text
        run.count((self.key,), sum(text is not None for text in texts))
        self._note_types_that_were_not_asked_for(run)
        shown = ["null" if text is None else text for text in texts]
        return f"[{','.join(shown)}]" if self.many else shown[0]

    def _note_types_that_were_not_asked_for(self, run: Run) -> None:
        """What is selected of a type that no id named costs nothing."""
        for rows in self.rows.values():
            for path in rows.paths:
                run.counts.setdefault(path, NOT_ASKED)


def _is_known(type_name: str) -> bool:
    return type_name in FINDERS or type_name in LOOKUPS
