"""`changes`."""

import asyncio
import sys
from functools import partial
from typing import Annotated

import orjson
import typer

from abandoned_checkouts.cli.exit_codes import say
from abandoned_checkouts.cli.opened_store import opened_for_reports, shop_named_or_only
from abandoned_checkouts.cli.options import DatabaseOption, OptionalShop, now
from abandoned_checkouts.exporting.changes import BATCH, read_changes
from abandoned_checkouts.store.engine.audit_log import AuditAction, record

AfterOption = Annotated[
    int, typer.Option("--after", min=0, metavar="POSITION", help="Position of the last change that you have.")
]
LimitOption = Annotated[int | None, typer.Option("--limit", min=1, help="Print at most this many changes.")]


def changes(
    shop: OptionalShop = None,
    after: AfterOption = 0,
    limit: LimitOption = None,
    database: DatabaseOption = None,
) -> None:
    """Print what changed after a position, as JSON lines: upserts, deletions, erasures."""
    asyncio.run(_changes(shop, after, limit, database))


async def _changes(domain: str | None, after: int, limit: int | None, database: str | None) -> None:
    done = 0
    async with opened_for_reports(database) as store:
        async with store.read() as connection:
            shop = await shop_named_or_only(connection, domain)
        while limit is None or done < limit:
            size = BATCH if limit is None else min(BATCH, limit - done)
            batch = await store.read_behind(partial(read_changes, shop=shop, after=after, limit=size))
            if not batch:
                break
            for change in batch:
                sys.stdout.buffer.write(orjson.dumps(change) + b"\n")
            done, after = done + len(batch), batch[-1]["position"]
        sys.stdout.buffer.flush()
        if done:
            async with store.begin() as connection:
                await record(connection, shop.id, AuditAction.CHECKOUTS_EXPORTED, f"{done} changes as jsonl", now())
    say(f"{done:,} changes of {shop.domain}; continue with --after {after}")
