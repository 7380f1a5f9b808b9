"""`flow list`, `flow show`, `flow put`, `flow on`, `flow off`, `flow remove`, `flow explain`, `flow report`,
`flow dry-run`, `flow secret`; `flow codes …` is in code_commands."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from abandoned_checkouts.automations.explain import explain
from abandoned_checkouts.automations.flow import DEFAULT
from abandoned_checkouts.automations.flow_errors import FlowError
from abandoned_checkouts.automations.flow_text import flow_text_of
from abandoned_checkouts.automations.parse_flows import parse_flow, parse_flows
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.whole_number import whole_number
from abandoned_checkouts.cli import code_commands
from abandoned_checkouts.cli.exit_codes import FileError
from abandoned_checkouts.cli.opened_store import missing_from
from abandoned_checkouts.cli.options import DatabaseOption, ShopOption, now, text_of
from abandoned_checkouts.cli.within_shop import line, within_shop
from abandoned_checkouts.config import settings_from
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.flows import (
    delete_flow,
    ensure_default_flow,
    find_flow,
    list_flows,
    set_flow_active,
)
from abandoned_checkouts.store.search.checkout_fields import checkout_fields
from abandoned_checkouts.work.dry_run import MOST_DAYS, dry_run, dry_run_text
from abandoned_checkouts.work.flow_notification import notification_secret
from abandoned_checkouts.work.flow_report import flow_report, report_text
from abandoned_checkouts.work.flow_warnings import flow_warnings
from abandoned_checkouts.work.store_flow import store_flow

application = typer.Typer(help="Manage flows, which act on abandoned checkouts automatically.", no_args_is_help=True)
application.add_typer(code_commands.application, name="codes")

FlowArgument = Annotated[str, typer.Argument(metavar="FLOW", help="Name of the flow, or its number from `flow list`.")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="File with flows, in YAML or JSON; - reads standard input.")]


@application.command("list")
def list_all(shop: ShopOption, database: DatabaseOption = None) -> None:
    """List a shop's flows: number, on or off, trigger, name. Creates a default flow, off, if the shop has none."""

    async def work(connection: Connection, found: Shop) -> list[Row]:
        await ensure_default_flow(connection, found, DEFAULT, now())
        return await list_flows(connection, found)

    for flow in within_shop(database, shop, work, write=True):
        trigger = flow["definition"].get("trigger", "abandoned")
        line(flow["id"], "on" if flow["is_active"] else "off", trigger, flow["name"])


@application.command("show")
def show(which: FlowArgument, shop: ShopOption, database: DatabaseOption = None) -> None:
    """Print a flow as YAML, which `flow put` can read."""

    async def work(connection: Connection, found: Shop) -> Row:
        return await _known(connection, found, which)

    flow = within_shop(database, shop, work)
    sys.stdout.write(flow_text_of(flow["definition"]))


@application.command("put")
def put(file: File, shop: ShopOption, database: DatabaseOption = None) -> None:
    """Create or replace flows by name. New flows are off; replaced flows stay on or off. Warns as `flow on` does."""
    text, has_mail_server = text_of(file), settings_from().smtp_url is not None
    try:
        flows = parse_flows(text, checkout_fields(extended=True))
    except FlowError as problem:
        raise FileError(f"{file}: {problem}") from None

    async def work(connection: Connection, found: Shop) -> list[tuple[Row, list[str]]]:
        stored = [await store_flow(connection, found, flow, now=now()) for flow in flows]
        return [(row, await flow_warnings(connection, found, row, has_mail_server, now())) for row in stored]

    for stored, warnings in within_shop(database, shop, work, write=True):
        line(stored["id"], "on" if stored["is_active"] else "off", stored["name"])
        _show_warnings(warnings)


@application.command("on")
def turn_on(which: FlowArgument, shop: ShopOption, database: DatabaseOption = None) -> None:
    """Turn a flow on, for checkouts abandoned from now on. Warns if a mail server or discount codes are missing."""
    _turn(which, shop, database, True)


@application.command("off")
def turn_off(which: FlowArgument, shop: ShopOption, database: DatabaseOption = None) -> None:
    """Turn a flow off and cancel its scheduled steps."""
    _turn(which, shop, database, False)


@application.command("remove")
def remove(which: FlowArgument, shop: ShopOption, database: DatabaseOption = None) -> None:
    """Delete a flow and cancel its scheduled steps."""

    async def work(connection: Connection, found: Shop) -> None:
        flow = await _known(connection, found, which)
        await delete_flow(connection, found, flow["id"], now())

    within_shop(database, shop, work, write=True)


@application.command("explain")
def explain_flow(which: FlowArgument, shop: ShopOption, database: DatabaseOption = None) -> None:
    """Describe in English what a flow does."""

    async def work(connection: Connection, found: Shop) -> str:
        flow = parse_flow((await _known(connection, found, which))["definition"])
        return explain(flow, found.currency, found.timezone)

    sys.stdout.write(within_shop(database, shop, work))


@application.command("report")
def report(which: FlowArgument, shop: ShopOption, database: DatabaseOption = None) -> None:
    """Compare the purchases of people who received a flow's mails with the held-out group: lift with a 95 %
    interval."""

    async def work(connection: Connection, found: Shop) -> UntypedJson:
        return await flow_report(connection, found, await _known(connection, found, which), now())

    sys.stdout.write(report_text(within_shop(database, shop, work, behind=True)))


@application.command("dry-run")
def dry_run_flow(
    which: FlowArgument,
    shop: ShopOption,
    days: Annotated[int, typer.Option(help="Days to look back.", min=1, max=MOST_DAYS)] = 30,
    database: DatabaseOption = None,
) -> None:
    """List what a flow would have done in the last days, and why not more. Nothing is sent or written."""

    async def work(connection: Connection, found: Shop) -> UntypedJson:
        return await dry_run(connection, found, await _known(connection, found, which), days, now())

    sys.stdout.write(dry_run_text(within_shop(database, shop, work, behind=True)))


@application.command("secret")
def secret(shop: ShopOption, database: DatabaseOption = None) -> None:
    """Print the key that signs a shop's flow notifications (HMAC-SHA256, base64)."""

    async def work(_: Connection, found: Shop) -> str:
        return notification_secret(found)

    sys.stdout.write(within_shop(database, shop, work) + "\n")


def _turn(which: str, shop: str, database: str | None, active: bool) -> None:
    has_mail_server = settings_from().smtp_url is not None

    async def work(connection: Connection, found: Shop) -> tuple[Row, list[str]]:
        await ensure_default_flow(connection, found, DEFAULT, now())
        flow = await _known(connection, found, which)
        await set_flow_active(connection, found, flow["id"], active, now())
        return flow, await flow_warnings(connection, found, flow, has_mail_server, now()) if active else []

    flow, warnings = within_shop(database, shop, work, write=True)
    line(flow["id"], "on" if active else "off", flow["name"])
    _show_warnings(warnings)


def _show_warnings(warnings: list[str]) -> None:
    for warning in warnings:
        sys.stderr.write(f"warning: {warning}\n")


async def _known(connection: Connection, shop: Shop, which: str) -> Row:
    flow, number = await find_flow(connection, shop, which), whole_number(which)
    if flow is None and number is not None:
        flow = await find_flow(connection, shop, number)
    if flow is None:
        raise missing_from(shop, f"flow {which!r}", f"flow list --shop {shop.domain}")
    return flow
