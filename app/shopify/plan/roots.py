"""The fields of the root. Each is made ready first, which may ask about saved searches, and then answered with all
the others on one snapshot."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from graphql import GraphQLObjectType, get_named_type

from app.shopify.cost.actual import NOT_ASKED
from app.shopify.gid import Gid, InvalidGidError, parse_gid
from app.shopify.plan.arguments import Arguments
from app.shopify.plan.connections import Connection
from app.shopify.plan.leaves import completed, text_of
from app.shopify.plan.resolved import answers, document_of
from app.shopify.plan.scope import Scope
from app.shopify.plan.selection import Selected
from app.shopify.plan.unplanned import UnplannedError
from app.shopify.plan.writer import Writer
from app.shopify.schema.count import count_of
from app.shopify.schema.nodes import FINDERS
from app.shopify.schema.root_fields import LOOKUPS, typed_gid
from app.shopify.schema.sources import AnyNode, Counted, Described, Lookup, RootList
from app.store.pages import cut
from app.store.wanted import CountWanted, PageWanted, RowsWanted

if TYPE_CHECKING:
    from app.shopify.plan.compile import Compiling
    from app.shopify.plan.run import Run

Asking: TypeAlias = Generator[Any, Any, str]
Parts: TypeAlias = Generator[Any, Any, list[bytes]]

# A page of no more rows than this is read where it is asked for; a larger one in a thread.
_SHORT_PAGE = 50


class Root(Protocol):
    """A field of the root. `ready` gives what `text` needs to know of this run; a text may come in parts."""

    async def ready(self, run: "Run") -> Any: ...

    def text(self, run: "Run", ready: Any) -> Asking | Parts: ...


@dataclass(frozen=True, slots=True)
class Constant:
    """A text that no request changes."""

    value: str

    async def ready(self, run: "Run") -> None: ...

    def text(self, run: "Run", ready: None) -> Asking:
        return self.value
        yield


@dataclass(frozen=True, slots=True)
class ListRoot:
    source: RootList
    scope: Scope
    connection: Connection
    arguments: Arguments
    key: str

    @classmethod
    def of(cls, compiling: "Compiling", selected: Selected, source: RootList) -> "ListRoot":
        scope = Scope(source.table)
        connection = compiling.connection(scope, source.type_name, selected, (selected.key,))
        return cls(source, scope, connection, compiling.arguments(selected), selected.key)

    async def ready(self, run: "Run") -> Described:
        described = await self.source.describe(run.request, **self.arguments.of(run))
        if described.search is not None:
            run.search.append({**described.search, "path": [self.key]})
        run.short = run.short and described.window.size <= _SHORT_PAGE and not described.listing.conditions
        return described

    def text(self, run: "Run", ready: Described) -> Parts:
        window, rows = ready.window, ()
        if window.size:
            columns = tuple(self.scope.columns)
            rows = yield PageWanted(ready.listing, window, columns, self.scope.placed or not columns)
        page = cut(rows, window)
        run.counts[(self.key,)] = len(page.rows)
        shown = (0, len(page.rows), page.has_next, page.has_previous)
        return (yield from self.connection.parts(run, ready.form, page.rows, shown))


@dataclass(frozen=True, slots=True)
class CountRoot:
    """The type Count has nothing but attributes of what count_of gives."""

    source: Counted
    arguments: Arguments
    members: tuple[tuple[str, str, Any], ...]
    key: str

    @classmethod
    def of(cls, compiling: "Compiling", selected: Selected, source: Counted) -> "CountRoot":
        type_: Any = get_named_type(selected.field.type)
        members: list[tuple[str, str, Any]] = []
        for each in compiling.selections.of(type_, selected.below):
            if each.name == "__typename":
                members.append((each.key, "", None))
            else:
                name = each.field.extensions["strawberry-definition"].python_name
                members.append((each.key, name, completed(each.field.type)))
        return cls(source, compiling.arguments(selected), tuple(members), selected.key)

    async def ready(self, run: "Run") -> Any:
        run.short = False
        arguments = dict(self.arguments.of(run))
        limit = arguments.pop("limit", None)
        found = await self.source.describe(run.request, **arguments)
        if found.entry is not None:
            run.search.append({**found.entry, "path": [self.key]})
        return found.listing, limit

    def text(self, run: "Run", ready: Any) -> Asking:
        listing, limit = ready
        if limit is not None and limit < 0:
            raise UnplannedError("a limit below nothing")
        ((number,),) = yield CountWanted(listing, limit)
        run.counts[(self.key,)] = 1
        count = count_of(int(number), limit)
        return object_text(
            (key, complete(getattr(count, name)) if name else '"Count"') for key, name, complete in self.members
        )


@dataclass(slots=True)
class Found:
    """Rows of one type by what names them: what a lookup reads and writes."""

    lookup: Lookup
    scope: Scope
    writer: Writer
    resolves: bool
    paths: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, compiling: "Compiling", lookup: Lookup, selected: Selected) -> "Found":
        scope, resolves = Scope(lookup.table), compiling.resolves
        compiling.resolves, known = False, len(compiling.paths)
        writer = compiling.objects(scope, lookup.type_name, selected.below, (selected.key,))
        for name in lookup.find(Gid(lookup.type_name, "1", "")) or ():
            scope.place(name)
        found = cls(lookup, scope, writer, compiling.resolves, tuple(compiling.paths[known:]))
        compiling.resolves = resolves
        return found

    def texts(self, run: "Run", wanted: Sequence[Mapping[str, Any]]) -> Generator[Any, Any, list[str | None]]:
        """The text for each of the names, which are of the same columns; None where there is no row."""
        names = tuple(wanted[0])
        places = [self.scope.columns.index(name) for name in names]
        keys = [tuple(each.values()) for each in wanted]
        shop, columns = run.request.shop.id, tuple(self.scope.columns)
        rows = yield RowsWanted(self.lookup.table, shop, columns, names[0], list({key[0] for key in keys}))
        rows = [row for row in rows if tuple([row[place] for place in places]) in set(keys)]
        if self.writer.counts and len(set(keys)) < len(keys):
            by_key = {tuple([row[place] for place in places]): row for row in reversed(rows)}
            rows = [by_key[key] for key in keys if key in by_key]
        texts = yield from self.writer.texts(run, rows)
        found: dict[Any, str] = {}
        for row, text in zip(rows, texts, strict=True):
            found.setdefault(tuple([row[place] for place in places]), text)
        return [found.get(key) for key in keys]


@dataclass(frozen=True, slots=True)
class LookupRoot:
    found: Found
    arguments: Arguments
    key: str

    @classmethod
    def of(cls, compiling: "Compiling", selected: Selected, source: Lookup) -> "LookupRoot":
        found = Found.of(compiling, source, selected)
        return cls(found, compiling.arguments(selected), selected.key)

    async def ready(self, run: "Run") -> Mapping[str, Any] | None:
        lookup, run.resolves = self.found.lookup, run.resolves or self.found.resolves
        (text,) = self.arguments.of(run).values()
        return lookup.find(typed_gid(text, lookup.gid_type or lookup.type_name))

    def text(self, run: "Run", ready: Mapping[str, Any] | None) -> Asking:
        text = None if ready is None else (yield from self.found.texts(run, [ready]))[0]
        run.counts[(self.key,)] = int(text is not None)
        return "null" if text is None else text


@dataclass(frozen=True, slots=True)
class NodeRoot:
    """`node` and `nodes`: what is selected of each type that has rows, and the resolver for ids of any other."""

    many: bool
    found: Mapping[str, Found]
    resolved: "ResolvedRoot"
    arguments: Arguments
    key: str

    @classmethod
    def of(cls, compiling: "Compiling", selected: Selected, source: AnyNode) -> "NodeRoot":
        found = {}
        for name, lookup in LOOKUPS.items():
            if name not in FINDERS:
                made = compiling.tried(partial(Found.of, compiling, lookup, selected))
                if made is not None:
                    found[name] = made
        resolved = ResolvedRoot.of(compiling, selected)
        return cls(source.many, found, resolved, compiling.arguments(selected), selected.key)

    async def ready(self, run: "Run") -> list[Gid | None] | None:
        (given,) = self.arguments.of(run).values()
        gids: list[Gid | None] = []
        for text in given if self.many else [given]:
            try:
                gid = parse_gid(text)
            except InvalidGidError:
                gids.append(None)
                continue
            known = self.found.get(gid.type_name)
            if gid.type_name in run.request.hidden or (known is None and _is_known(gid.type_name)):
                await self.resolved.ready(run)
                return None
            run.resolves = run.resolves or (known is not None and known.resolves)
            gids.append(gid if known is not None else None)
        return gids

    def text(self, run: "Run", ready: list[Gid | None] | None) -> Asking:
        if ready is None:
            return (yield from self.resolved.text(run, None))
        texts: list[str | None] = [None] * len(ready)
        asked: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
        for place, gid in enumerate(ready):
            wanted = None if gid is None else self.found[gid.type_name].lookup.find(gid)
            if gid is not None and wanted is not None:
                asked.setdefault(gid.type_name, []).append((place, wanted))
        for name, places in asked.items():
            written = yield from self.found[name].texts(run, [wanted for _, wanted in places])
            for (place, _), text in zip(places, written, strict=True):
                texts[place] = text
        run.count((self.key,), sum(text is not None for text in texts))
        for found in self.found.values():
            for path in found.paths:
                run.counts.setdefault(path, NOT_ASKED)
        told = ["null" if text is None else text for text in texts]
        return f"[{','.join(told)}]" if self.many else told[0]


@dataclass(frozen=True, slots=True)
class ResolvedRoot:
    """A field that plans do not know: graphql-core answers it, beside the others."""

    schema: Any
    document: Any
    key: str
    kind: GraphQLObjectType

    @classmethod
    def of(cls, compiling: "Compiling", selected: Selected) -> "ResolvedRoot":
        root = compiling.schema.query_type
        assert root is not None
        document = document_of(compiling.document, compiling.operation, selected)
        return cls(compiling.schema, document, selected.key, root)

    async def ready(self, run: "Run") -> None:
        run.resolves = True
        run.short = False

    def text(self, run: "Run", ready: None) -> Asking:
        (value,) = yield answers(self.schema, self.document, self.key, [None], run, notes=True)
        run.resolved.append(((self.key,), [value]))
        return text_of(value)


def _is_known(type_name: str) -> bool:
    return type_name in FINDERS or type_name in LOOKUPS


def object_text(members: Any) -> str:
    return "{" + ",".join([f'"{key}":{text}' for key, text in members]) + "}"


def root_of(compiling: "Compiling", selected: Selected, source: Any) -> Root:
    """How a field of the root is answered."""
    if selected.name == "__typename":
        return Constant('"QueryRoot"')
    if selected.name.startswith("__"):
        raise UnplannedError("introspection")
    kinds: dict[type[Any], Any] = {RootList: ListRoot, Lookup: LookupRoot, AnyNode: NodeRoot, Counted: CountRoot}
    kind = kinds.get(type(source))
    made: Root | None = None
    if kind is not None:
        made = compiling.tried(lambda: kind.of(compiling, selected, source))
    return made or ResolvedRoot.of(compiling, selected)
