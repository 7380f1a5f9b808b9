"""`export`."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import IO, Annotated

import typer

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.cli.exit_codes import FileError, say
from abandoned_checkouts.cli.opened_store import address_of, opened_for_reports, shop_named_or_only
from abandoned_checkouts.cli.options import DatabaseOption, OptionalShop, now
from abandoned_checkouts.cli.part_file import part_file
from abandoned_checkouts.cli.progress import counting
from abandoned_checkouts.exporting.anonymise import Anonymiser
from abandoned_checkouts.exporting.checkout_texts import LINE_KEYS
from abandoned_checkouts.exporting.checkouts import checkouts_of, export_checkouts
from abandoned_checkouts.exporting.export_table import export_table
from abandoned_checkouts.exporting.export_workers import export_large
from abandoned_checkouts.exporting.name_pools import MissingFakerError
from abandoned_checkouts.exporting.selecting import fields_of, selection_of, table_named
from abandoned_checkouts.exporting.spreadsheet import HEADER
from abandoned_checkouts.exporting.tables import ABANDONED_CHECKOUT
from abandoned_checkouts.store.engine.audit_log import AuditAction, record
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.gc_pause import gc_pause
from abandoned_checkouts.store.search.selection import Selection


@dataclass(frozen=True, slots=True)
class Selecting:
    """The options that select records and fields, as they were given."""

    table: str | None
    since: str | None
    until: str | None
    query: str | None
    fields: str | None


class Form(StrEnum):
    jsonl = "jsonl"
    csv = "csv"
    parquet = "parquet"


OptionalOutFile = Annotated[
    Path | None, typer.Option("--out", "-o", help="File to write. \\[default: standard output]")
]
FormatOption = Annotated[
    Form,
    typer.Option(
        "--format",
        help="jsonl: REST objects, which `import` can read. csv: for spreadsheets. parquet: tables for data teams.",
    ),
]
TableOption = Annotated[
    str | None,
    typer.Option(
        "--table",
        metavar="NAME",
        help="Export a table instead: abandoned_checkout, line_item, … (docs/warehouse.md). "
        "\\[default for parquet: abandoned_checkout]",
        show_default=False,
    ),
]


SinceOption = Annotated[
    str | None, typer.Option("--since", metavar="TIME", help="Only what was created at this time (ISO 8601) or later.")
]
UntilOption = Annotated[
    str | None, typer.Option("--until", metavar="TIME", help="Only what was created before this time.")
]
QueryOption = Annotated[
    str | None, typer.Option("--query", help="Only checkouts that this search finds, as in the explorer.")
]
FieldsOption = Annotated[
    str | None,
    typer.Option("--fields", metavar="NAMES", help="Only these keys or columns, separated by commas, in this order."),
]


def export(
    shop: OptionalShop = None,
    form: FormatOption = Form.jsonl,
    table: TableOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    query: QueryOption = None,
    fields: FieldsOption = None,
    anonymise: Annotated[
        bool,
        typer.Option("--anonymise", help="Replace people by pseudonyms, and report values that could identify one."),
    ] = False,
    out: OptionalOutFile = None,
    database: DatabaseOption = None,
) -> None:
    """Export a shop's abandoned checkouts."""
    if anonymise and (table is not None or form is Form.parquet):
        raise typer.BadParameter("works with --format jsonl or csv, without --table", param_hint="--anonymise")
    asyncio.run(_export(shop, form, Selecting(table, since, until, query, fields), out, database, anonymise))


async def _export(
    domain: str | None, form: Form, selecting: Selecting, out: Path | None, database: str | None, anonymise: bool
) -> None:
    name = selecting.table or (ABANDONED_CHECKOUT.name if form is Form.parquet else None)
    table = None if name is None else table_named(name)
    known = table.names if table else (HEADER if form is Form.csv else LINE_KEYS)
    fields = fields_of(selecting.fields, known)
    async with opened_for_reports(database) as store:
        async with store.read() as connection:
            shop = await shop_named_or_only(connection, domain)
            address = await address_of(connection)
        selection = selection_of(shop, selecting.since, selecting.until, selecting.query, now=now())
        anonymiser = _new_anonymiser() if anonymise else None
        if anonymiser is not None:
            await _learn(anonymiser, store, shop, selection)
        with gc_pause(), _opened(out) as file, counting(f"Exporting {shop.domain}", None) as advance:
            if table is not None:
                done = await export_table(
                    store, shop, file, table.only(fields), form.value, selection=selection, progress=advance
                )
            else:
                write = export_large if anonymiser is None else partial(export_checkouts, change=anonymiser.anonymised)
                done = await write(
                    store,
                    shop,
                    file,
                    "csv" if form is Form.csv else "jsonl",
                    address=address,
                    selection=selection,
                    fields=fields,
                    progress=advance,
                )
        what = "checkouts" if table is None else f"rows of {table.name}"
        what = f"anonymised {what}" if anonymiser is not None else what
        async with store.begin() as connection:
            await record(connection, shop.id, AuditAction.CHECKOUTS_EXPORTED, f"{done} {what} as {form}", now())
    say(f"{done:,} {what} of {shop.domain} written to {out or 'standard output'}")
    if anonymiser is not None:
        for risk in anonymiser.risks():
            say(f"could identify a person: {risk}")
        anonymiser.close()


def _new_anonymiser() -> Anonymiser:
    try:
        return Anonymiser()
    except MissingFakerError as problem:
        raise FileError(str(problem)) from None


async def _learn(anonymiser: Anonymiser, store: Database, shop: Shop, selection: Selection) -> None:
    """Show every original word to the anonymiser, so that a pseudonym is none of them."""
    done = 0
    with gc_pause(), counting(f"Reading the words of {shop.domain}", None) as advance:
        async for batch in checkouts_of(store, shop, selection):
            for checkout in batch:
                anonymiser.learn(checkout)
            done += len(batch)
            advance(done)


@contextmanager
def _opened(out: Path | None) -> Iterator[IO[bytes]]:
    """The file, or standard output if `out` is None."""
    if out is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with part_file(out) as part, part.open("wb") as file:
        yield file
