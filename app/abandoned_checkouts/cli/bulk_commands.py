"""`bulk run`: runs a bulk query on the store, without a server."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from abandoned_checkouts.checkouts.moment import to_datetime
from abandoned_checkouts.cli.exit_codes import QueryError, say
from abandoned_checkouts.cli.opened_store import address_of, opened_for_reports, shop_named_or_only
from abandoned_checkouts.cli.options import DatabaseOption, OptionalShop, now, text_of
from abandoned_checkouts.cli.part_file import part_file
from abandoned_checkouts.cli.progress import counting
from abandoned_checkouts.config import settings_from
from abandoned_checkouts.shopify.bulk.rules.checks import query_errors
from abandoned_checkouts.shopify.bulk.runs.by_resolvers import FailedError
from abandoned_checkouts.shopify.bulk.runs.run import BulkRequest, BulkRun
from abandoned_checkouts.shopify.language.version_schema import schema_for
from abandoned_checkouts.shopify.language.versions import UNSTABLE, resolve, supported_versions
from abandoned_checkouts.shopify.schema.build import graphql_schema
from abandoned_checkouts.shopify.schema.types.access_scope import OFFERED
from abandoned_checkouts.store.engine.audit_log import AuditAction, record
from abandoned_checkouts.store.reading.streams import open_stream
from abandoned_checkouts.store.tenants.access_tokens import Access

application = typer.Typer(help="Run bulk operations without a server.", no_args_is_help=True)

QueryFile = Annotated[Path, typer.Argument(metavar="FILE", help="File with the query; - reads standard input.")]
OutFile = Annotated[Path, typer.Option("--out", "-o", help="File to write, with one JSON object on each line.")]
ApiVersionOption = Annotated[
    str | None, typer.Option("--api-version", help="API version, for example 2026-10. \\[default: the latest]")
]


@application.callback()
def bulk() -> None:
    """Export the complete result of a GraphQL query."""


@application.command("run")
def run(
    file: QueryFile,
    out: OutFile,
    shop: OptionalShop = None,
    api_version: ApiVersionOption = None,
    database: DatabaseOption = None,
) -> None:
    """Run a query as a bulk operation and write its lines to a file."""
    query = text_of(file)
    version = (
        resolve(api_version, to_datetime(now()))
        if api_version
        else supported_versions(to_datetime(now())).latest.handle
    )
    if version is None:
        known = supported_versions(to_datetime(now()))
        names = ", ".join(each.handle for each in (*known.stable, known.candidate))
        raise QueryError(f"{api_version!r} is not a supported API version; use {names} or {UNSTABLE}")
    problems = query_errors(schema_for(version, graphql_schema()), query)
    if problems:
        raise QueryError("; ".join(problem.message for problem in problems))
    asyncio.run(_run(query, version, shop, out, database))


async def _run(query: str, version: str, domain: str | None, out: Path, database: str | None) -> None:
    settings = settings_from()
    async with opened_for_reports(database) as store:
        async with store.read() as connection:
            shop = await shop_named_or_only(connection, domain)
            address = await address_of(connection)
        # Everyone with access to the store's file can read all of it, so all scopes are granted.
        access = Access(shop, 0, 0, frozenset(OFFERED), {}, None)
        request = BulkRequest(
            query,
            access,
            version,
            now(),
            address,
            settings.extended_search,
            settings.executor,
            strict_search=settings.strict_search,
        )
        try:
            with part_file(out) as part:
                async with open_stream(store) as stream:
                    work = BulkRun(request, stream)
                    writing = asyncio.create_task(work.write(part, count_first=True))
                    await _watched(work, writing, f"Exporting {shop.domain}")
        except FailedError as failed:
            raise QueryError(f"the query failed: {failed}") from None
        async with store.begin() as connection:
            await record(connection, shop.id, AuditAction.CHECKOUTS_EXPORTED, "bulk query", now())
    progress = work.progress
    say(f"{progress.root_objects:,} objects in {progress.objects:,} lines, {progress.bytes:,} bytes written to {out}")


async def _watched(work: BulkRun, writing: "asyncio.Task[None]", what: str) -> None:
    with counting(what, None) as advance:
        while not (await asyncio.wait({writing}, timeout=0.2))[0]:
            advance(work.progress.root_objects, work.progress.total)
        await writing
