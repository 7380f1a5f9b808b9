"""`bulk run`: a bulk query straight over the store, for people."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from app.checkouts.moment import to_datetime
from app.cli.options import Database, ShopDomain, database_url, now, text_of, the_shop
from app.cli.problems import FileError, QueryError, say
from app.cli.progress import counting
from app.config import settings_from
from app.shopify.bulk.by_resolvers import FailedError
from app.shopify.bulk.checks import wrong_query
from app.shopify.bulk.run import Asked, BulkRun
from app.shopify.schema.access_scope import OFFERED
from app.shopify.schema.build import graphql_schema
from app.shopify.version_schema import schema_for
from app.shopify.versions import UNSTABLE, resolve, window
from app.store.database import open_database
from app.store.shops import all_shops
from app.store.stream import open_stream
from app.store.tokens import Access

application = typer.Typer(help="Take out everything that a GraphQL query finds.", no_args_is_help=True)

Query = Annotated[Path, typer.Argument(metavar="FILE", help="File with the query; - is standard input.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="File to write: a line of JSON for each thing that is found.")]
Version = Annotated[str | None, typer.Option("--api-version", help="As in addresses: 2026-10. [default: the latest]")]


@application.callback()
def bulk() -> None:
    """Take out everything that a GraphQL query finds."""


@application.command("run")
def run(file: Query, out: Out, shop: ShopDomain = None, api_version: Version = None, database: Database = None) -> None:
    """Run a query as a bulk operation would, and write its lines to a file."""
    query = text_of(file)
    version = resolve(api_version, to_datetime(now())) if api_version else window(to_datetime(now())).latest.handle
    if version is None:
        known = window(to_datetime(now()))
        names = ", ".join(each.handle for each in (*known.stable, known.candidate))
        raise QueryError(f"there is no version {api_version!r}; give {names} or {UNSTABLE}")
    problems = wrong_query(schema_for(version, graphql_schema()), query)
    if problems:
        raise QueryError("; ".join(problem.message for problem in problems))
    asyncio.run(_run(query, version, shop, out, database_url(database)))


async def _run(query: str, version: str, domain: str | None, out: Path, url: str) -> None:
    settings = settings_from()
    store = await open_database(url, create=False)
    try:
        async with store.read() as connection:
            shop = the_shop(await all_shops(connection), domain)
        # Whoever has the store's file may read everything in it.
        access = Access(shop, 0, 0, frozenset(OFFERED), {}, None)
        asked = Asked(query, access, version, now(), settings.address, settings.extended_search, settings.executor)
        part = out.with_name(f"{out.name}.part")
        try:
            async with open_stream(store) as stream:
                work = BulkRun(asked, stream)
                writing = asyncio.create_task(work.write(part, count_first=True))
                await _watched(work, writing, f"Exporting {shop.domain}")
            part.replace(out)
        except OSError as problem:
            raise FileError(f"{out} cannot be written: {problem.strerror or problem}") from problem
        except FailedError as failed:
            raise QueryError(f"the query cannot be answered: {failed}") from None
        finally:
            part.unlink(missing_ok=True)
    finally:
        await store.close()
    progress = work.progress
    say(f"{progress.root_objects:,} objects in {progress.objects:,} lines, {progress.bytes:,} bytes written to {out}")


async def _watched(work: BulkRun, writing: "asyncio.Task[None]", what: str) -> None:
    with counting(what, None) as advance:
        while not (await asyncio.wait({writing}, timeout=0.2))[0]:
            advance(work.progress.root_objects, work.progress.total)
        await writing
