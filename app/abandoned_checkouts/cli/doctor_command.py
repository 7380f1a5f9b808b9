"""`doctor`."""

import asyncio
import sys
from enum import StrEnum
from typing import Annotated

import orjson
import typer

from abandoned_checkouts.cli.exit_codes import SOME_REJECTED, SUCCESS
from abandoned_checkouts.cli.opened_store import opened_store
from abandoned_checkouts.cli.options import DatabaseOption, now
from abandoned_checkouts.config import settings_from
from abandoned_checkouts.store.engine.failures import StoreError
from abandoned_checkouts.store.engine.sqlite_file import ANY_SIZE
from abandoned_checkouts.work.checkup import (
    Finding,
    State,
    address_finding,
    mail_finding,
    replica_finding,
    store_findings,
)


class Form(StrEnum):
    text = "text"
    json = "json"


FormOption = Annotated[Form, typer.Option("--format", help="text: for people. json: an object on each line.")]


def doctor(database: DatabaseOption = None, form: FormOption = Form.text) -> None:
    """Check this installation: store, key, disk, clock, late work, replica, flows, mail server, public URL.

    The exit code is 1 if there is an error, and 0 if there are only warnings. Each problem comes with a cure.
    """
    findings = asyncio.run(_findings(database))
    for each in findings:
        if form is Form.json:
            row = {"check": each.check, "state": each.state, "message": each.message, "cure": each.cure}
            sys.stdout.write(orjson.dumps(row).decode() + "\n")
        else:
            sys.stdout.write(f"{each.state:<8} {each.check}: {each.message}\n")
            sys.stdout.write(f"{'':<8} → {each.cure}\n" if each.cure else "")
    has_error = any(each.state is State.ERROR for each in findings)
    raise SystemExit(SOME_REJECTED if has_error else SUCCESS)


async def _findings(database: str | None) -> list[Finding]:
    settings = settings_from()
    try:
        async with opened_store(database, whole_up_to=ANY_SIZE) as store:
            found = await store_findings(store, settings.smtp_url is not None, now())
            found += await replica_finding(store, settings.replica_url, settings.replica_lag_seconds)
    except StoreError as problem:
        found = [Finding("store", State.ERROR, str(problem), "see docs/operations.md")]
    return [*found, await mail_finding(settings.smtp_url), address_finding(settings.public_url, settings.host)]
