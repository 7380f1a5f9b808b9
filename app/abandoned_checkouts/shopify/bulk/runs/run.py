"""One run of a bulk query: over a stream of the store, into a file, list by list."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from graphql import GraphQLError, get_named_type

from abandoned_checkouts.shopify.bulk.rules.checks import read_query
from abandoned_checkouts.shopify.bulk.runs.by_resolvers import FailedError, lines_of_root
from abandoned_checkouts.shopify.bulk.runs.expand import Expanding
from abandoned_checkouts.shopify.bulk.runs.line_compiler import LineCompiler
from abandoned_checkouts.shopify.bulk.runs.line_suffix import FIRST_LIST
from abandoned_checkouts.shopify.bulk.runs.lines import Lines
from abandoned_checkouts.shopify.execution.execute import coordinates
from abandoned_checkouts.shopify.execution.plan.arguments import Arguments
from abandoned_checkouts.shopify.execution.plan.level import Level
from abandoned_checkouts.shopify.execution.plan.objects import source_of
from abandoned_checkouts.shopify.execution.plan.plan import coerced
from abandoned_checkouts.shopify.execution.plan.run import Run
from abandoned_checkouts.shopify.execution.plan.selection import Selected, conditions_of
from abandoned_checkouts.shopify.execution.plan.unplanned import UnplannedError
from abandoned_checkouts.shopify.language.cost.rule import is_connection
from abandoned_checkouts.shopify.language.document import Operation
from abandoned_checkouts.shopify.language.errors.execution import Refusal
from abandoned_checkouts.shopify.language.version_schema import schema_for
from abandoned_checkouts.shopify.permissions.caller_rights import hidden_types, refused_fields
from abandoned_checkouts.shopify.permissions.protected_data import approvals_of
from abandoned_checkouts.shopify.permissions.scopes import granted
from abandoned_checkouts.shopify.schema.build import graphql_schema
from abandoned_checkouts.shopify.schema.resolving.connection import WHOLE_LISTS
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.shopify.schema.resolving.sources import Described, RootList
from abandoned_checkouts.store.reading.queries import CountQuery, PageQuery
from abandoned_checkouts.store.reading.streams import Stream
from abandoned_checkouts.store.tenants.access_tokens import Access

log = logging.getLogger(__name__)

# How many nodes of a first list are in hand at a time.
PORTION = 500
_WINDOW = frozenset(("first", "last", "after", "before"))


@dataclass(frozen=True, slots=True)
class BulkRequest:
    """A bulk query and for whom it runs. `base` is the server's address as its caller saw it."""

    query: str
    access: Access
    version: str
    now: int
    base: str = ""
    extended_search: bool = False
    # Or core: by resolvers alone, for comparison.
    executor: str = "plan"


@dataclass(slots=True)
class Progress:
    """How far a run is: lines at every level, lines of first lists, bytes, all of them in the file. Read by others
    while it runs; `total` is how many first lines there will be, where that was asked for and can be known. Whoever
    sets `stopped` ends the run before its next lines."""

    objects: int = 0
    root_objects: int = 0
    bytes: int = 0
    total: int | None = None
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class PlannedRoot:
    """A list of the root whose lines a plan writes."""

    source: RootList
    lines: Lines
    arguments: Arguments

    @classmethod
    def of(cls, compiler: LineCompiler, selected: Selected) -> "PlannedRoot | None":
        source, type_ = source_of(selected.field), get_named_type(selected.field.type)
        if not isinstance(source, RootList) or not is_connection(type_):
            return None
        kind, sets = compiler.expanding.node_sets(type_, selected.below)
        level = Level(source.table)
        try:
            lines = compiler.lines(level, kind.name, sets, (selected.key,))
        except UnplannedError as reason:
            log.debug("no plan for lines: %s", reason)
            return None
        return cls(source, lines, Arguments.of_field(selected))

    async def described(self, run: Run) -> Described:
        given = {name: value for name, value in self.arguments.of(run).items() if name not in _WINDOW}
        return await self.source.describe(run.request, **given, first=1)


@dataclass(slots=True)
class BulkRun:
    """`write` writes everything into a file; raises FailedError, with what was written before still there."""

    asked: BulkRequest
    stream: Stream
    progress: Progress = field(default_factory=Progress)

    async def write(self, path: Path, *, count_first: bool = False) -> None:
        operation = self._operation()
        request = self._request()
        variables: Mapping[str, Any] = operation.variables.values({})
        truths = {name: variables[name] for name in conditions_of(operation.document) if name in variables}
        compiler = LineCompiler(operation.schema, operation.document, operation.node, truths)
        roots = list(self._roots(compiler, operation))
        compiler.finish()
        values = partial(coerced, operation.schema, operation.node, variables)
        run = Run(request, dict(variables), values)
        whole = WHOLE_LISTS.set(True)
        try:
            if count_first:
                self.progress.total = await self._total(run, roots)
            with path.open("wb", buffering=1 << 20) as file:
                for selected, root in roots:
                    await self._write_root(file, operation, run, compiler.expanding, selected, root)
        finally:
            WHOLE_LISTS.reset(whole)

    def _operation(self) -> Operation:
        """Checked anew: the version may be gone, and the token's scopes may not be enough."""
        asked = self.asked
        operation = read_query(schema_for(asked.version, graphql_schema()), asked.query)
        if isinstance(operation, str):
            raise FailedError("INTERNAL_SERVER_ERROR", operation)
        held = granted(asked.access.scopes)
        refused = refused_fields(operation.schema, held, approvals_of(asked.access.app_settings), asked.now)
        named = coordinates(operation)
        for (owner, name), refusal in refused.items():
            if (owner, name) in named or ("Node", name) in named:
                raise FailedError("ACCESS_DENIED", str(refusal))
        return operation

    def _request(self) -> Request:
        asked = self.asked
        return Request(
            access=asked.access,
            now=asked.now,
            version=asked.version,
            connection=self.stream.connection,
            base=asked.base,
            extended_search=asked.extended_search,
            hidden=hidden_types(granted(asked.access.scopes), approvals_of(asked.access.app_settings)),
        )

    def _roots(self, compiler: LineCompiler, operation: Operation) -> Iterator[tuple[Selected, PlannedRoot | None]]:
        root = operation.schema.query_type
        assert root is not None
        for selected in compiler.selections.of(root, [operation.node.selection_set]):
            type_ = get_named_type(selected.field.type)
            if is_connection(type_) or compiler.expanding.hold_lists(type_, selected.below):
                planned = self.asked.executor == "plan"
                yield selected, PlannedRoot.of(compiler, selected) if planned else None

    async def _total(self, run: Run, roots: Sequence[tuple[Selected, PlannedRoot | None]]) -> int | None:
        total = 0
        for _, root in roots:
            if root is None:
                return None
            try:
                described = await root.described(run)
            except (GraphQLError, Refusal):
                # To be told when its turn comes.
                return None
            ((number,),) = await self.stream.rows(CountQuery(described.listing, None))
            total += int(number)
        return total

    async def _write_root(
        self,
        file: BinaryIO,
        operation: Operation,
        run: Run,
        expanding: Expanding,
        selected: Selected,
        root: PlannedRoot | None,
    ) -> None:
        progress = self.progress
        before = (progress.objects, progress.root_objects, progress.bytes)
        if root is not None:
            try:
                async for text, count in self._planned(run, root):
                    self._put(file, text, count)
                return
            except (UnplannedError, GraphQLError, Refusal) as reason:
                log.debug("a plan for lines stopped: %s", reason)
            except Exception:
                log.warning("a plan for lines failed; resolvers answer", exc_info=True)
            progress.objects, progress.root_objects, progress.bytes = before
            file.seek(progress.bytes)
            file.truncate()
        async for lines, count in lines_of_root(operation, run.request, expanding, selected, run.variables):
            self._put(file, "".join(lines), count)

    async def _planned(self, run: Run, root: PlannedRoot) -> AsyncIterator[tuple[str, int]]:
        described = await root.described(run)
        suffixes = [FIRST_LIST] * PORTION
        columns = tuple(root.lines.level.columns)
        wanted = PageQuery(described.listing, described.window, columns, placed=False)
        async for rows in self.stream.portions(wanted, PORTION):
            blocks = await self.stream.answer(root.lines.blocks(run, rows, suffixes[: len(rows)]))
            yield "".join(blocks), len(rows)
            run.resolved.clear()
            run.request.forget()

    def _put(self, file: BinaryIO, text: str, root_objects: int) -> None:
        """Slashes are written as Ruby's servers write them; outside of texts JSON has none."""
        if self.progress.stopped:
            raise asyncio.CancelledError
        data = text.replace("/", "\\/").encode()
        file.write(data)
        progress = self.progress
        progress.bytes += len(data)
        progress.root_objects += root_objects
        progress.objects += text.count("\n")
