"""`retention run`, `retention hold` and `retention release`."""

import asyncio
from typing import Annotated

import typer

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.cli.exit_codes import say
from abandoned_checkouts.cli.opened_store import missing_from, opened_store, shop_named
from abandoned_checkouts.cli.options import DatabaseOption, OptionalShop, ShopOption, now
from abandoned_checkouts.cli.within_shop import line, within_shop
from abandoned_checkouts.config import settings_from
from abandoned_checkouts.store.engine.audit_log import AuditAction, record
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.privacy.retention_marks import hold_checkout
from abandoned_checkouts.store.tenants.shops import all_shops

application = typer.Typer(
    help="Anonymise or delete old checkouts by the settings of their shops: retention, retention_days, "
    "retention_grace_days and legal_hold.",
    no_args_is_help=True,
)

NumberArgument = Annotated[int, typer.Argument(metavar="NUMBER", help="Number of the abandoned checkout.")]


@application.command("run")
def run(
    shop: OptionalShop = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing, and report what would happen.")] = False,
    database: DatabaseOption = None,
) -> None:
    """Run retention now, as `serve` does every hour. Without --shop, in all shops.

    Lists: shop, action, checkouts announced, in the days of grace, anonymised or deleted, and on hold; then old
    messages and mails that are deleted.
    """
    asyncio.run(_run(shop, dry_run, database))


async def _run(domain: str | None, dry_run: bool, database: str | None) -> None:
    # Imported here, because these modules load the whole server, and other commands need to start fast.
    from abandoned_checkouts.server_parts import result_files
    from abandoned_checkouts.work.retention import preview_retention, run_retention

    async with opened_store(database) as store:
        async with store.read() as connection:
            shops = await all_shops(connection) if domain is None else [await shop_named(connection, domain)]
        results = result_files(store, settings_from())
        line("shop", "action", "announced", "in grace", "done", "on hold", "payloads")
        for shop in shops:
            done = await (
                preview_retention(store, shop, now()) if dry_run else run_retention(store, shop, now(), results)
            )
            if done is None:
                line(shop.domain, "legal hold" if shop.settings.get("legal_hold") == "on" else "keep")
            else:
                line(shop.domain, done.action, done.announced, done.in_grace, done.cleared, done.on_hold, done.payloads)
    if dry_run:
        say("nothing was changed")


@application.command("hold")
def hold(number: NumberArgument, shop: ShopOption, database: DatabaseOption = None) -> None:
    """Put an abandoned checkout on hold: retention does not change it or its mails."""
    _hold(number, shop, database, AuditAction.RETENTION_HELD)


@application.command("release")
def release(number: NumberArgument, shop: ShopOption, database: DatabaseOption = None) -> None:
    """End the hold of an abandoned checkout."""
    _hold(number, shop, database, AuditAction.RETENTION_RELEASED)


def _hold(number: int, domain: str, database: str | None, action: AuditAction) -> None:
    moment = now()

    async def work(connection: Connection, shop: Shop) -> None:
        held_at = moment if action is AuditAction.RETENTION_HELD else None
        if not await hold_checkout(connection, shop, number, held_at):
            raise missing_from(shop, f"abandoned checkout {number}", "export")
        await record(connection, shop.id, action, f"checkout {number}", moment)

    within_shop(database, domain, work, write=True)
    say(f"checkout {number} is {'on hold' if action is AuditAction.RETENTION_HELD else 'no longer on hold'}")
