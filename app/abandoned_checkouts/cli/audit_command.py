"""`audit`."""

import asyncio
from enum import StrEnum
from typing import Annotated

import orjson
import typer

from abandoned_checkouts.checkouts.moment import format_utc
from abandoned_checkouts.cli.opened_store import opened_for_reports, shop_named
from abandoned_checkouts.cli.options import DatabaseOption, duration, now
from abandoned_checkouts.cli.within_shop import line
from abandoned_checkouts.store.engine.audit_log import list_audit_log
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row


class Form(StrEnum):
    text = "text"
    json = "json"


AuditedShop = Annotated[str | None, typer.Option("--shop", metavar="DOMAIN", help="Only actions in this shop.")]
Since = Annotated[
    str | None, typer.Option(help="Only actions of the last minutes, hours or days, for example 90m, 6h or 2d.")
]
Limit = Annotated[int, typer.Option(help="Maximum number of lines. The newest are shown.", min=1, max=1_000_000)]
FormOption = Annotated[
    Form, typer.Option("--format", help="text: fields separated by tabs. json: one object per line.")
]


def audit(
    shop: AuditedShop = None,
    since: Since = None,
    limit: Limit = 1000,
    form: FormOption = Form.text,
    database: DatabaseOption = None,
) -> None:
    """List recorded actions, oldest first: time, shop, actor, action, subject. The record cannot be changed."""
    moment = None if since is None else now() - duration(since)
    for row in asyncio.run(_rows(shop, moment, limit, database)):
        shown = (format_utc(row["occurred_at"]), row["domain"], row["actor"], row["action"], row["subject"])
        if form is Form.text:
            line(*shown)
        else:
            names = ("time", "shop", "actor", "action", "subject")
            typer.echo(orjson.dumps(dict(zip(names, shown, strict=True))))


async def _rows(domain: str | None, since: int | None, limit: int, database: str | None) -> list[Row]:
    async def read(connection: Connection) -> list[Row]:
        number = None if domain is None else (await shop_named(connection, domain)).id
        return list(await list_audit_log(connection, shop_id=number, since=since, limit=limit))

    async with opened_for_reports(database) as store:
        return await store.read_behind(read)
