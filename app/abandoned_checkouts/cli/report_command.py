"""`report`, `reports rebuild`."""

import asyncio
import sys
from enum import StrEnum
from typing import Annotated

import orjson
import typer

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.cli.exit_codes import say
from abandoned_checkouts.cli.opened_store import opened_for_reports, opened_store, shop_named, shop_named_or_only
from abandoned_checkouts.cli.options import DatabaseOption, OptionalShop, ShopOption, now
from abandoned_checkouts.reports.days import Period, PeriodError, iso, parse_period, period_named
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.rebuild.rebuild import rebuild
from abandoned_checkouts.store.rebuild.repair import repair_sums
from abandoned_checkouts.store.reports.read_sums import is_counting
from abandoned_checkouts.work.report import ReportQuery, Reports
from abandoned_checkouts.work.report_tables import TableRow, as_csv, as_table, report_rows

application = typer.Typer(help="Rebuild the counts of reports.", no_args_is_help=True)


class ByOption(StrEnum):
    day = "day"
    product = "product"
    flow = "flow"


class Form(StrEnum):
    table = "table"
    csv = "csv"
    json = "json"


FirstDay = Annotated[
    str | None,
    typer.Option("--from", metavar="DATE", help="First day, for example 2026-11-01. \\[default: 29 days before --to]"),
]
LastDay = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day, included. \\[default: today]")]
Grouped = Annotated[
    ByOption, typer.Option("--by", help="day: all figures of each day. product: top products. flow: steps of flows.")
]
FormOption = Annotated[
    Form, typer.Option("--format", help="table: columns of text. csv: for spreadsheets. json: an object on each line.")
]


def report(
    shop: OptionalShop = None,
    first: FirstDay = None,
    last: LastDay = None,
    by: Grouped = ByOption.day,
    form: FormOption = Form.table,
    database: DatabaseOption = None,
) -> None:
    """Report abandoned and recovered checkouts by day, product or flow. docs/reports.md defines each figure."""
    rows = asyncio.run(_rows(shop, first, last, by, database))
    if form is Form.json:
        for row in rows:
            sys.stdout.write(orjson.dumps(row).decode() + "\n")
    else:
        sys.stdout.write(as_csv(rows) if form is Form.csv else as_table(rows))


async def _rows(
    domain: str | None, first: str | None, last: str | None, by: ByOption, database: str | None
) -> list[TableRow]:
    async def work(connection: Connection) -> tuple[Shop, bool, list[TableRow]]:
        shop = await shop_named_or_only(connection, domain)
        query = ReportQuery(_period(shop, first, last))
        rows = await report_rows(connection, shop, Reports(), query, by.value, now())
        return shop, await is_counting(connection, shop), rows

    async with opened_for_reports(database) as store:
        shop, counting, rows = await store.read_report(work)
    if counting:
        say(f"{shop.domain} is being counted; run `abandoned-checkouts reports rebuild --shop {shop.domain}`")
    return rows


def _period(shop: Shop, first: str | None, last: str | None) -> Period:
    month = period_named("30", now(), shop.timezone)
    try:
        end = last or iso(month.last)
        if first is not None:
            return parse_period(first, end)
        until = parse_period(end, end).last
        return Period(until - month.days + 1, until)
    except PeriodError as problem:
        raise typer.BadParameter(str(problem), param_hint="--from, --to") from None


@application.callback()
def _of_all() -> None:
    """Typer makes the application a group of commands if it has a callback."""


@application.command("rebuild")
def rebuild_counts(shop: ShopOption, database: DatabaseOption = None) -> None:
    """Count a shop's reports again from its rows, for example after a change of its time zone.

    A running server does this by itself after an upgrade and after a change of the time zone.
    """

    async def work() -> int:
        async with opened_store(database) as store:
            async with store.read() as connection:
                found = await shop_named(connection, shop)
            await rebuild(store, found)
            return await repair_sums(store, found)

    wrong = asyncio.run(work())
    say(f"{shop} was counted again; {wrong:,} daily sums were wrong and are corrected")
