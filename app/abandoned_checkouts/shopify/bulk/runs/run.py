"""Runs one bulk query on a stream of the store and writes the lines to a file, list by list."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from graphql import GraphQLError, get_named_type

from abandoned_checkouts.access.approvals import approvals_of
from abandoned_checkouts.access.rules import granted
from abandoned_checkouts.shopify.bulk.rules.checks import parse_query
from abandoned_checkouts.shopify.bulk.rules.files import open_private
from abandoned_checkouts.shopify.bulk.runs.by_resolvers import FailedError, lines_of_root
from abandoned_checkouts.shopify.bulk.runs.line_compiler import LineCompiler
from abandoned_checkouts.shopify.bulk.runs.line_order import ungrouped
from abandoned_checkouts.shopify.bulk.runs.line_selections import LineSelections
from abandoned_checkouts.shopify.bulk.runs.line_suffix import ROOT_LIST
from abandoned_checkouts.shopify.bulk.runs.lines import Lines
from abandoned_checkouts.shopify.execution.execute import coordinates
from abandoned_checkouts.shopify.execution.plan.arguments import Arguments
from abandoned_checkouts.shopify.execution.plan.field_sources import source_of
from abandoned_checkouts.shopify.execution.plan.level import Level
from abandoned_checkouts.shopify.execution.plan.plan import coerced
from abandoned_checkouts.shopify.execution.plan.run import Run
from abandoned_checkouts.shopify.execution.plan.selection import Selected, conditions_of
from abandoned_checkouts.shopify.execution.plan.unplanned import UnplannedError
from abandoned_checkouts.shopify.language.cost.rule import is_connection
from abandoned_checkouts.shopify.language.document import Operation
from abandoned_checkouts.shopify.language.errors.execution import Refusal
from abandoned_checkouts.shopify.language.version_schema import schema_for
from abandoned_checkouts.shopify.permissions.caller_rights import hidden_types, refused_fields
from abandoned_checkouts.shopify.schema.build import graphql_schema
from abandoned_checkouts.shopify.schema.resolving.connection import WHOLE_LISTS
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.shopify.schema.resolving.sources import DescribedPage, RootList
from abandoned_checkouts.store.engine.failures import StoreError
from abandoned_checkouts.store.reading.queries import CountQuery, PageQuery
from abandoned_checkouts.store.reading.streams import Stream
from abandoned_checkouts.store.tenants.access_tokens import Access

log = logging.getLogger(__name__)

# The number of nodes of a root list in memory.
PORTION = 500
_WINDOW = frozenset(("first", "last", "after", "before"))


@dataclass(frozen=True, slots=True)
class BulkRequest:
    """A bulk query and its caller. `base` is the server's URL as the caller used it."""

    query: str
    access: Access
    version: str
    now: int
    base: str = ""
    extended_search: bool = False
    # `core` uses only resolvers, for comparison.
    executor: str = "plan"
    # Whether the lines of nested lists follow right after their parent's line.
    group_objects: bool = True
    # Whether a warning of a search ends the run. Operations of the API are checked when they are created.
    strict_search: bool = False


@dataclass(slots=True)
class Progress:
    """The progress of a run, which other tasks read: the lines written at all levels, the lines of root lists, bytes.

    `total` is the expected number of lines of root lists, if it was requested and can be counted. To stop the run
    before its next lines, set `stopped`.
    """

    objects: int = 0
    root_objects: int = 0
    bytes: int = 0
    total: int | None = None
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class PlannedRoot:
    """A root list whose lines a plan writes."""

    source: RootList
    lines: Lines
    arguments: Arguments

    @classmethod
    def of(cls, compiler: LineCompiler, selected: Selected) -> "PlannedRoot | None":
        source, type_ = source_of(selected.field), get_named_type(selected.field.type)
        if not isinstance(source, RootList) or not is_connection(type_):
            return None
        kind, sets = compiler.line_selections.node_sets(type_, selected.below)
        level = Level(source.table)
        try:
            lines = compiler.lines(level, kind.name, sets, (selected.key,))
        except UnplannedError as reason:
            log.debug("no plan for this list: %s", reason)
            return None
        return cls(source, lines, Arguments.of_field(selected))

    async def described(self, run: Run) -> DescribedPage:
        arguments = {name: value for name, value in self.arguments.of(run).items() if name not in _WINDOW}
        return await self.source.describe(run.request, **arguments, first=1)


@dataclass(slots=True)
class BulkRun:
    """`write` writes all lines to a file. Raises FailedError; the lines written before it stay in the file."""

    bulk_request: BulkRequest
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
            with open_private(path) as file:
                for selected, root in roots:
                    await self._write_root(file, operation, run, compiler.line_selections, selected, root)
        finally:
            WHOLE_LISTS.reset(whole)

    def _operation(self) -> Operation:
        """The operation, validated again: the version may no longer be served, and the scopes may not suffice."""
        bulk = self.bulk_request
        operation = parse_query(schema_for(bulk.version, graphql_schema()), bulk.query)
        if isinstance(operation, str):
            raise FailedError("INTERNAL_SERVER_ERROR", operation)
        held = granted(bulk.access.scopes)
        refused = refused_fields(
            operation.schema, held, approvals_of(bulk.access.app_settings), bulk.now, bulk.access.permissions
        )
        named = coordinates(operation)
        for (owner, name), refusal in refused.items():
            if (owner, name) in named or ("Node", name) in named:
                raise FailedError("ACCESS_DENIED", str(refusal))
        return operation

    def _request(self) -> Request:
        bulk = self.bulk_request
        return Request(
            access=bulk.access,
            now=bulk.now,
            version=bulk.version,
            connection=self.stream.connection,
            base=bulk.base,
            extended_search=bulk.extended_search,
            strict_search=bulk.strict_search,
            hidden=hidden_types(
                granted(bulk.access.scopes), approvals_of(bulk.access.app_settings), bulk.access.permissions
            ),
        )

    def _roots(self, compiler: LineCompiler, operation: Operation) -> Iterator[tuple[Selected, PlannedRoot | None]]:
        root = operation.schema.query_type
        assert root is not None
        for selected in compiler.selections.of(root, [operation.node.selection_set]):
            type_ = get_named_type(selected.field.type)
            if is_connection(type_) or compiler.line_selections.hold_lists(type_, selected.below):
                planned = self.bulk_request.executor == "plan"
                yield selected, PlannedRoot.of(compiler, selected) if planned else None

    async def _total(self, run: Run, roots: Sequence[tuple[Selected, PlannedRoot | None]]) -> int | None:
        total = 0
        for _, root in roots:
            if root is None:
                return None
            try:
                described = await root.described(run)
            except (GraphQLError, Refusal):
                # Writing the list reports the error.
                return None
            ((number,),) = await self.stream.rows(CountQuery(described.listing, None))
            total += int(number)
        return total

    async def _write_root(
        self,
        file: BinaryIO,
        operation: Operation,
        run: Run,
        line_selections: LineSelections,
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
                log.debug("the plan of this list stopped: %s", reason)
            except (StoreError, OSError):
                # Resolvers would meet the same failure of the store or of the disk.
                raise
            except Exception:
                log.warning("the plan of this list failed; resolvers answer instead", exc_info=True)
            progress.objects, progress.root_objects, progress.bytes = before
            file.seek(progress.bytes)
            file.truncate()
        async for lines, count in lines_of_root(operation, run.request, line_selections, selected, run.variables):
            self._put(file, "".join(lines if self.bulk_request.group_objects else ungrouped(lines)), count)

    async def _planned(self, run: Run, root: PlannedRoot) -> AsyncIterator[tuple[str, int]]:
        described = await root.described(run)
        suffixes = [ROOT_LIST] * PORTION
        columns = tuple(root.lines.level.columns)
        joins = tuple(root.lines.level.joins)
        query = PageQuery(described.listing, described.window, columns, placed=False, joins=joins)
        async for rows in self.stream.portions(query, PORTION):
            blocks = await self.stream.answer(root.lines.blocks(run, rows, suffixes[: len(rows)]))
            yield "".join(blocks if self.bulk_request.group_objects else ungrouped(blocks)), len(rows)
            run.resolved.clear()
            run.request.forget()

    def _put(self, file: BinaryIO, text: str, root_objects: int) -> None:
        """Append lines to the file. Slashes are escaped as Ruby does it; they occur only in JSON strings."""
        if self.progress.stopped:
            raise asyncio.CancelledError
        data = text.replace("/", "\\/").encode()
        file.write(data)
        progress = self.progress
        progress.bytes += len(data)
        progress.root_objects += root_objects
        progress.objects += text.count("\n")
