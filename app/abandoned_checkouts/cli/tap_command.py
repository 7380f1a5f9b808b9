"""`tap`."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from abandoned_checkouts.checkouts.moment import format_microseconds
from abandoned_checkouts.cli.exit_codes import FileError, QueryError, say
from abandoned_checkouts.cli.opened_store import opened_for_reports, shop_named_or_only
from abandoned_checkouts.cli.options import now, text_of
from abandoned_checkouts.exporting.singer import SingerError, catalog, messages, positions_in, selected_streams
from abandoned_checkouts.store.engine.audit_log import AuditAction, record

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="JSON object: `database_url` and `shop`; both have the defaults of `export`."),
]
StateOption = Annotated[Path | None, typer.Option("--state", help="The last STATE of an earlier run, to continue it.")]
CatalogOption = Annotated[
    Path | None, typer.Option("--catalog", help="Streams and columns to send. \\[default: all]", show_default=False)
]
DiscoverOption = Annotated[bool, typer.Option("--discover", help="Print the catalog and exit.")]


def tap(
    config: ConfigOption = None,
    state: StateOption = None,
    catalog_file: CatalogOption = None,
    discover: DiscoverOption = False,
) -> None:
    """Send a shop to a Singer target: tables and changes as SCHEMA, RECORD and STATE messages."""
    if discover:
        _write(catalog())
        return
    settings = {} if config is None else _json_of(config)
    if not isinstance(settings, dict) or not all(
        isinstance(settings.get(name), str | None) for name in ("database_url", "shop")
    ):
        raise QueryError(f"{config} must be an object whose database_url and shop are strings")
    try:
        streams = selected_streams(None if catalog_file is None else _json_of(catalog_file))
        positions = positions_in({} if state is None else _json_of(state))
    except SingerError as problem:
        raise QueryError(str(problem)) from None
    asyncio.run(_send(settings, streams, positions))


async def _send(settings: dict[str, Any], streams: Any, positions: dict[str, int]) -> None:
    done = 0
    async with opened_for_reports(settings.get("database_url")) as store:
        async with store.read() as connection:
            shop = await shop_named_or_only(connection, settings.get("shop"))
        async for message in messages(store, shop, streams, positions, format_microseconds(now())):
            done += message["type"] == "RECORD"
            _write(message)
        if done:
            async with store.begin() as connection:
                await record(connection, shop.id, AuditAction.CHECKOUTS_EXPORTED, f"{done} records as singer", now())
    say(f"{done:,} records of {shop.domain}")


def _write(value: Any) -> None:
    sys.stdout.buffer.write(orjson.dumps(value) + b"\n")
    sys.stdout.buffer.flush()


def _json_of(file: Path) -> Any:
    try:
        return orjson.loads(text_of(file))
    except orjson.JSONDecodeError as problem:
        raise FileError(f"{file} is not JSON: {problem}") from None
