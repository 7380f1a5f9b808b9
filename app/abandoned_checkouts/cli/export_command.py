"""`export`."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO, Annotated

import typer

from abandoned_checkouts.cli.exit_codes import FileError, say
from abandoned_checkouts.cli.options import DatabaseOption, OptionalShop, database_url, the_shop
from abandoned_checkouts.cli.progress import counting
from abandoned_checkouts.config import settings_from
from abandoned_checkouts.exporting.checkouts import export_checkouts
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tenants.shops import all_shops


class Form(StrEnum):
    jsonl = "jsonl"
    csv = "csv"


OutFile = Annotated[Path | None, typer.Option("--out", "-o", help="File to write. [default: standard output]")]
FormatOption = Annotated[
    Form, typer.Option("--format", help="jsonl: REST objects that `import` reads back; csv: for spreadsheets.")
]


def export(
    shop: OptionalShop = None, form: FormatOption = Form.jsonl, out: OutFile = None, database: DatabaseOption = None
) -> None:
    """Take a shop's abandoned checkouts out."""
    asyncio.run(_export(shop, form, out, database_url(database)))


async def _export(domain: str | None, form: Form, out: Path | None, url: str) -> None:
    store = await open_database(url, create=False)
    try:
        async with store.read() as connection:
            shops = await all_shops(connection)
        wanted = the_shop(shops, domain)
        with _opened(out) as file, counting(f"Exporting {wanted.domain}", None) as advance:
            address = settings_from().address
            done = await export_checkouts(store, wanted, file, form.value, address=address, progress=advance)
    finally:
        await store.close()
    say(f"{done:,} checkouts of {wanted.domain} written to {out or 'standard output'}")


@contextmanager
def _opened(out: Path | None) -> Iterator[IO[bytes]]:
    """The file, which appears under its name when it is whole."""
    if out is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    part = out.with_name(f"{out.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(out)
    except OSError as problem:
        raise FileError(f"{out} cannot be written: {problem.strerror or problem}") from problem
    finally:
        part.unlink(missing_ok=True)
