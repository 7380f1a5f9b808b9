"""Root fields that look up rows by global id: `customer(id:)` and others, `node` and `nodes`."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

from abandoned_checkouts.shopify.execution.plan.arguments import Arguments
from abandoned_checkouts.shopify.execution.plan.compiler import Compiler
from abandoned_checkouts.shopify.execution.plan.field_at import FieldPath
from abandoned_checkouts.shopify.execution.plan.level import Level
from abandoned_checkouts.shopify.execution.plan.resolved import ResolvedRoot
from abandoned_checkouts.shopify.execution.plan.root_lists import SHORT_PAGE
from abandoned_checkouts.shopify.execution.plan.run import NOT_READY, Run
from abandoned_checkouts.shopify.execution.plan.selection import Selected
from abandoned_checkouts.shopify.execution.plan.writer import Writer
from abandoned_checkouts.shopify.language.cost.actual import NOT_SELECTED
from abandoned_checkouts.shopify.schema.resolving.root_fields import LOOKUPS, by_number, typed_gid
from abandoned_checkouts.shopify.schema.resolving.sources import AnyNode, Lookup
from abandoned_checkouts.shopify.schema.roots.nodes import FINDERS, may_read_all, only_the_resolver_decides
from abandoned_checkouts.shopify.values.gid import Gid, InvalidGidError, numbered, parse_gid
from abandoned_checkouts.store.engine.rows import RowValues
from abandoned_checkouts.store.reading.queries import QuerySteps, RowsQuery

# The columns that identify a row, with their values.
RowKey = Mapping[str, object]


@dataclass(slots=True)
class KeyedRows:
    """Reads rows of one type by their keys and writes them.

    `resolves`: a field of the type needs its resolver. `paths` has the paths of all counted objects and pages below.
    """

    lookup: Lookup
    level: Level
    writer: Writer
    resolves: bool
    paths: tuple[FieldPath, ...]
    # Whether the number of its id alone identifies a row.
    by_number: bool
    kept: dict[Hashable, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, compiler: Compiler, lookup: Lookup, selected: Selected) -> "KeyedRows":
        level, resolves_elsewhere = Level(lookup.table), compiler.resolves
        compiler.resolves, earlier = False, len(compiler.paths)
        writer = compiler.objects(level, lookup.type_name, selected.below, (selected.key,))
        for column in lookup.find(Gid(lookup.type_name, "1", "")) or ():
            level.index(column)
        paths = tuple(compiler.paths[earlier:])
        rows = cls(lookup, level, writer, compiler.resolves, paths, lookup.find is by_number)
        compiler.resolves = resolves_elsewhere
        return rows

    def texts(self, run: Run, row_keys: Sequence[RowKey]) -> QuerySteps[list[str | None]]:
        """The text for each key; None if there is no row. All keys have the same columns."""
        if len(row_keys) == 1:
            return [(yield from self.text(run, row_keys[0]))]
        level, (column, *others) = self.level, row_keys[0]
        index, firsts = level.columns.index(column), [row_key[column] for row_key in row_keys]
        (selected, joins), shop = level.read, run.request.shop.id
        rows = yield RowsQuery(self.lookup.table, shop, selected, column, list(set(firsts)), joins, self.kept)
        if not others and not self.writer.counts_objects:
            # Reversed, because of several rows with a key the first remains.
            rows = rows[::-1]
            text_of = dict(zip([row[index] for row in rows], (yield from self.writer.texts(run, rows)), strict=True))
            return [text_of.get(key) for key in firsts]
        row_of: dict[object, RowValues]
        keys: list[object] = firsts
        if others:
            indexes = [index, *(level.columns.index(other) for other in others)]
            keys = [tuple(row_key.values()) for row_key in row_keys]
            distinct = set(keys)
            row_of = {}
            for row in rows:
                key = tuple([row[each] for each in indexes])
                if key in distinct:
                    row_of.setdefault(key, row)
        else:
            # The first row of each key.
            row_of = {row[index]: row for row in reversed(rows)}
        written = list(row_of)
        if self.writer.counts_objects and len(set(keys)) < len(keys):
            written = [key for key in keys if key in row_of]
        texts = yield from self.writer.texts(run, [row_of[key] for key in written])
        text_of = dict(zip(written, texts, strict=True))
        return [text_of.get(key) for key in keys]

    def text(self, run: Run, row_key: RowKey) -> QuerySteps[str | None]:
        """The text for one key."""
        column, *others = row_key
        (columns, joins), value = self.level.read, [row_key[column]]
        rows = yield RowsQuery(self.lookup.table, run.request.shop.id, columns, column, value, joins, self.kept)
        for other in others:
            index = columns.index(other)
            rows = [row for row in rows if row[index] == row_key[other]]
        return (yield from self.writer.texts(run, rows[:1]))[0] if rows else None


# The number of ids, and by type the places and keys of those that a row can have.
_Found: TypeAlias = tuple[int, dict[str, tuple[list[int], list[RowKey]]]]


@dataclass(frozen=True, slots=True)
class LookupRoot:
    rows: KeyedRows
    arguments: Arguments
    key: str

    @classmethod
    def of(cls, compiler: Compiler, selected: Selected, source: Lookup) -> "LookupRoot":
        rows = KeyedRows.of(compiler, source, selected)
        return cls(rows, Arguments.of_field(selected), selected.key)

    async def prepared(self, run: Run) -> RowKey | None:
        return self.ready(run)

    def ready(self, run: Run) -> RowKey | None:
        lookup, run.resolves = self.rows.lookup, run.resolves or self.rows.resolves
        (text,) = self.arguments.of(run).values()
        return lookup.find(typed_gid(text, lookup.gid_type or lookup.type_name))

    def text(self, run: Run, prepared: RowKey | None) -> QuerySteps[str]:
        text = None if prepared is None else (yield from self.rows.text(run, prepared))
        run.counts[(self.key,)] = int(text is not None)
        return "null" if text is None else text


@dataclass(frozen=True, slots=True)
class NodeRoot:
    """`rows` reads and writes the types that have a table; `resolved` answers for ids of other types."""

    many: bool
    rows: Mapping[str, KeyedRows]
    resolved: ResolvedRoot
    arguments: Arguments
    key: str
    # Of all types in `rows`.
    paths: tuple[FieldPath, ...]

    @classmethod
    def of(cls, compiler: Compiler, selected: Selected, source: AnyNode) -> "NodeRoot":
        rows = {}
        for type_name, lookup in LOOKUPS.items():
            if type_name not in FINDERS:
                keyed_rows = compiler.attempt(partial(KeyedRows.of, compiler, lookup, selected))
                if keyed_rows is not None:
                    rows[type_name] = keyed_rows
        resolved = ResolvedRoot.of(compiler, selected)
        paths = tuple(path for each in rows.values() for path in each.paths)
        return cls(source.many, rows, resolved, Arguments.of_field(selected), selected.key, paths)

    async def prepared(self, run: Run) -> _Found | None:
        """The rows to read. None if the resolver has to answer."""
        found = self.ready(run)
        if isinstance(found, tuple):
            return found
        await self.resolved.prepared(run)
        return None

    def ready(self, run: Run) -> _Found | object:
        (argument,) = self.arguments.of(run).values()
        texts = argument if self.many else [argument]
        rows_of, request = self.rows, run.request
        found: dict[str, tuple[list[int], list[RowKey]]] = {}
        for place, text in enumerate(texts):
            known = numbered(text)
            if known is not None:
                type_name, number = known
                keyed = rows_of.get(type_name)
                if keyed is not None and keyed.by_number and (type_name in found or may_read_all(request, type_name)):
                    places, row_keys = found.get(type_name) or found.setdefault(type_name, ([], []))
                    places.append(place)
                    row_keys.append({"id": number})
                    run.resolves = run.resolves or keyed.resolves
                    continue
            try:
                gid = parse_gid(text)
            except InvalidGidError:
                continue
            type_name = gid.type_name
            rows = rows_of.get(type_name)
            if request.hidden and only_the_resolver_decides(request, gid):
                return NOT_READY
            if rows is not None:
                row_key = rows.lookup.find(gid)
                run.resolves = run.resolves or rows.resolves
                if row_key is not None:
                    places, row_keys = found.get(type_name) or found.setdefault(type_name, ([], []))
                    places.append(place)
                    row_keys.append(row_key)
            elif _is_known(type_name):
                return NOT_READY
        run.short = run.short and len(texts) <= SHORT_PAGE
        return len(texts), found

    def text(self, run: Run, prepared: _Found | None) -> QuerySteps[str]:
        if prepared is None:
            return (yield from self.resolved.text(run, None))
        number, found = prepared
        if not self.many:
            one: str | None = None
            for type_name, (_, (row_key,)) in found.items():
                one = yield from self.rows[type_name].text(run, row_key)
            run.counts[(self.key,)] = int(one is not None)
            self._count_types_without_ids(run)
            return "null" if one is None else one
        texts = ["null"] * number
        shown = 0
        for type_name, (places, row_keys) in found.items():
            written = yield from self.rows[type_name].texts(run, row_keys)
            shown += len(written) - written.count(None)
            for place, text in zip(places, written, strict=True):
                texts[place] = "null" if text is None else text
        run.counts[(self.key,)] = shown
        self._count_types_without_ids(run)
        return f"[{','.join(texts)}]"

    def _count_types_without_ids(self, run: Run) -> None:
        """The selections on a type cost nothing if no id has this type."""
        for path in self.paths:
            run.counts.setdefault(path, NOT_SELECTED)


def _is_known(type_name: str) -> bool:
    return type_name in FINDERS or type_name in LOOKUPS
