"""`sync add`, `sync renew`, `sync run`, `sync verify`, `sync list`, `sync status` and `sync remove`."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated
from uuid import UUID

import orjson
import typer

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import SECOND, format_utc
from abandoned_checkouts.checkouts.shop import WIX, Shop
from abandoned_checkouts.cli.exit_codes import SOME_REJECTED, say
from abandoned_checkouts.cli.opened_store import opened_store
from abandoned_checkouts.cli.options import DatabaseOption, ShopOption, duration, now
from abandoned_checkouts.cli.progress import several
from abandoned_checkouts.cli.sync_credentials import (
    ClientId,
    ClientSecretFile,
    Credentials,
    KeyFile,
    RefreshTokenFile,
    TokenFile,
    secret_in,
)
from abandoned_checkouts.cli.within_shop import line
from abandoned_checkouts.store.engine.audit_log import AuditAction, record
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.engine.failures import StoreError
from abandoned_checkouts.store.engine.gc_pause import gc_pause
from abandoned_checkouts.store.engine.statements import expect_many_writes
from abandoned_checkouts.store.sync.seen import count_seen
from abandoned_checkouts.store.sync.syncs import Sync, SyncError, add_sync, list_syncs, remove_sync, save_credentials
from abandoned_checkouts.store.tenants.shops import ShopError, create_shop, find_shop
from abandoned_checkouts.sync.open_source import open_source, source_url
from abandoned_checkouts.sync.run_sync import run_sync, saver, sync_and_shop
from abandoned_checkouts.sync.source import Facts, SourceError
from abandoned_checkouts.sync.verify import verify
from abandoned_checkouts.sync.wix_source import ADDRESS

application = typer.Typer(help="Keep a shop as a copy of a shop at Shopify or Wix.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the sync.")]


@application.command("add")
def add(
    name: NameArgument,
    shop: ShopOption,
    source: Annotated[str, typer.Option("--from", help="Address of the shop, https://SHOP.myshopify.com; or wix.")],
    token_file: TokenFile = None,
    client_id: ClientId = None,
    client_secret_file: ClientSecretFile = None,
    refresh_token_file: RefreshTokenFile = None,
    site: Annotated[str | None, typer.Option(help="Site id of a site at Wix, a GUID.")] = None,
    key_file: KeyFile = None,
    wix_url: Annotated[str, typer.Option(help="Address of Wix's API.")] = ADDRESS,
    every: Annotated[str, typer.Option(help="How often `serve` runs the sync, for example 5m or 1h.")] = "5m",
    database: DatabaseOption = None,
) -> None:
    """Add a sync: the shop becomes a copy of the source. Creates the shop if needed."""
    interval = duration(every, "--every")
    if source == WIX:
        if site is None or key_file is None:
            raise typer.BadParameter("wix needs --site and --key-file", param_hint="--from")
        sync = Sync(
            0, name, WIX, source_url(wix_url), _guid(site), {"api_key": secret_in(key_file)}, run_every=interval
        )
        asyncio.run(_add(sync, shop, database))
        return
    address = source_url(source)
    credentials = Credentials(token_file, client_id, client_secret_file, refresh_token_file).read("--from")
    sync = Sync(0, name, "shopify", address, "", credentials, run_every=interval)
    asyncio.run(_add(sync, shop, database))


async def _add(sync: Sync, domain: str, database: str | None) -> None:
    async with opened_store(database, create=True) as store:
        facts = await _facts_of(sync)
        async with store.begin() as connection:
            shop = await _shop_like(connection, domain, facts, sync.platform)
            sync.shop_id, sync.source_id = shop.id, facts.id
            await add_sync(connection, shop, sync, now())
    counted = "" if facts.checkouts is None else f" {facts.checkouts:,} checkouts of"
    say(f"the sync {sync.name} is added; `sync run {sync.name} --once` copies{counted} {facts.name} to {shop.domain}")


async def _facts_of(sync: Sync) -> Facts:
    """The facts of the source, read with these credentials. Credentials that it renews meanwhile replace those of the
    sync. Raises SourceError."""

    async def keep(credentials: UntypedJson) -> None:
        sync.credentials = credentials

    source = open_source(sync, now, save=keep)
    try:
        facts = await source.open()
        facts.checkouts = await source.count()
    finally:
        await source.close()
    return facts


async def _shop_like(connection: Connection, domain: str, facts: Facts, platform: str) -> Shop:
    """The shop, created like the source if needed. Raises ShopError if it has another currency."""
    shop = await find_shop(connection, domain)
    if shop is None:
        details: UntypedJson = {"timezone": facts.timezone, "platform": platform}
        details |= {"currency": facts.currency} if facts.currency else {}
        details |= {"name": facts.name} if platform != WIX else {"settings": {"wix_site_id": facts.id}}
        return await create_shop(connection, domain, now=now(), **details)
    if facts.currency and shop.currency != facts.currency:
        raise ShopError(
            f"{shop.domain} has the currency {shop.currency}, and the source {facts.currency}; use another shop"
        )
    return shop


@application.command("renew")
def renew(
    name: NameArgument,
    token_file: TokenFile = None,
    client_id: ClientId = None,
    client_secret_file: ClientSecretFile = None,
    refresh_token_file: RefreshTokenFile = None,
    key_file: KeyFile = None,
    database: DatabaseOption = None,
) -> None:
    """Replace the credentials of a sync, for example after its token was revoked. The copy and its state stay."""
    shopify = Credentials(token_file, client_id, client_secret_file, refresh_token_file)
    asyncio.run(_renew(name, shopify, key_file, database))


async def _renew(name: str, given: Credentials, key_file: Path | None, database: str | None) -> None:
    async with opened_store(database) as store:
        sync, _ = await sync_and_shop(store, name)
        if sync.platform == WIX:
            if key_file is None:
                raise typer.BadParameter("the sync reads a site at Wix and needs an API key", param_hint="--key-file")
            sync.credentials = {"api_key": secret_in(key_file)}
        else:
            sync.credentials = given.read("--token-file")
        facts = await _facts_of(sync)
        if facts.id != sync.source_id:
            raise SyncError(f"the credentials are those of {facts.id}, and the sync {name} reads {sync.source_id}")
        async with store.begin() as connection:
            await save_credentials(connection, sync, sync.credentials)
            await record(connection, sync.shop_id, AuditAction.SYNC_RENEWED, f"sync {name}", now())
    say(f"the sync {name} has new credentials; `sync run {name} --once` continues")


@application.command("run")
def run(
    name: NameArgument,
    once: Annotated[bool, typer.Option("--once", help="Run once. This is the default without --every.")] = False,
    every: Annotated[str | None, typer.Option(help="Run again and again, for example every 5m.")] = None,
    database: DatabaseOption = None,
) -> None:
    """Copy what is new at the source: at first everything, then the changes."""
    if once and every is not None:
        raise typer.BadParameter("cannot be used with --once", param_hint="--every")
    interval = None if every is None else duration(every, "--every")
    raise SystemExit(asyncio.run(_run(name, interval, database)))


async def _run(name: str, interval: int | None, database: str | None) -> int:
    async with opened_store(database) as store:
        await expect_many_writes(store)
        while True:
            try:
                code = await _run_once(store, name)
            except (SourceError, StoreError) as problem:
                if interval is None:
                    raise
                say(str(problem))
                code = 0
            if interval is None:
                return code
            await asyncio.sleep(interval / SECOND)


async def _run_once(store: Database, name: str) -> int:
    with several() as advance, gc_pause():
        result = await run_sync(store, name, now, progress=advance)
    outcomes = ", ".join(f"{count:,} {kind}" for kind, count in sorted(result.outcomes.items())) or "nothing to store"
    gone = f", {result.gone:,} gone at the source" if result.gone else ""
    say(f"{name}: {outcomes}{gone}; {result.requests:,} requests, {result.cost:,.0f} cost points")
    for key, reason in result.rejected:
        say(f"{name}: the checkout {key} cannot be stored: {reason}")
    return SOME_REJECTED if result.rejected else 0


@application.command("verify")
def verify_sync(
    name: NameArgument,
    as_json: Annotated[bool, typer.Option("--json", help="Write the whole report as JSON.")] = False,
    database: DatabaseOption = None,
) -> None:
    """Compare both sides: same, missing here, changed, gone there. Exit code 1 if they differ. Changes nothing."""
    raise SystemExit(asyncio.run(_verify(name, as_json, database)))


async def _verify(name: str, as_json: bool, database: str | None) -> int:
    async with opened_store(database) as store:
        sync, shop = await sync_and_shop(store, name)
        source = open_source(sync, now, save=saver(store, sync))
        try:
            with several() as advance:
                report = await verify(store, shop, name, source, now, advance)
        finally:
            await source.close()
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(report.json(), option=orjson.OPT_INDENT_2) + b"\n")
    else:
        line("day", "same", "missing here", "changed", "gone, not marked", "deleted", "past retention")
        for day in report.days:
            differing = (len(day.missing_here), len(day.changed), len(day.not_marked))
            if day.differs or day.deleted or day.past_retention:
                line(day.date, day.same, *differing, day.deleted, day.past_retention)
        totals = report.json()["totals"]
        line("all days", *totals.values())
    say(f"{name}: both sides {'agree' if report.is_same else 'differ; the next `sync run` reads the days again'}")
    return 0 if report.is_same else SOME_REJECTED


@application.command("list")
def list_all(database: DatabaseOption = None) -> None:
    """List the syncs: name, shop, source, end of the last run, problem."""
    asyncio.run(_list(database))


async def _list(database: str | None) -> None:
    async with opened_store(database) as store, store.read() as connection:
        for sync in await list_syncs(connection):
            shop = await find_shop(connection, sync.shop_id)
            line(sync.name, shop and shop.domain, sync.source_url, _time(sync.completed_at), sync.problem)


@application.command("status")
def status(name: NameArgument, database: DatabaseOption = None) -> None:
    """Show how far a sync is."""
    asyncio.run(_status(name, database))


async def _status(name: str, database: str | None) -> None:
    async with opened_store(database) as store:
        sync, shop = await sync_and_shop(store, name)
        async with store.read() as connection:
            there, gone = await count_seen(connection, shop.id)
    phase = (
        "complete" if sync.watermark is not None else f"backfill, {int(sync.state.get('done', 0)):,} checkouts so far"
    )
    for label, value in {
        "name": sync.name,
        "shop": shop.domain,
        "source": sync.source_url,
        "copy": phase,
        "checkouts": f"{there + gone:,}, of which {gone:,} are gone at the source",
        "changes until": _time(sync.watermark),
        "last run": _time(sync.completed_at),
        "compared": _time(sync.reconciled_at),
        "running in": sync.worker or "-",
        "problem": sync.problem or "-",
    }.items():
        line(label, value)


@application.command("remove")
def remove(name: NameArgument, database: DatabaseOption = None) -> None:
    """Remove a sync. The checkouts stay."""
    asyncio.run(_remove(name, database))


async def _remove(name: str, database: str | None) -> None:
    async with opened_store(database) as store:
        _, shop = await sync_and_shop(store, name)
        async with store.begin() as connection:
            await remove_sync(connection, shop, name, now())
    say(f"the sync {name} is removed; the checkouts of {shop.domain} stay")


def _guid(text: str) -> str:
    """Raises BadParameter for a text that is not a GUID."""
    try:
        return str(UUID(text))
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a GUID", param_hint="--site") from None


def _time(moment: int | None) -> str:
    return "-" if moment is None else format_utc(moment)
