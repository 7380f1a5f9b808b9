"""`erase`, and `shop set`."""

from typing import Annotated

import typer

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.settings import SETTINGS, SettingValueError, read_setting
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.cli.exit_codes import say
from abandoned_checkouts.cli.options import DatabaseOption, ShopOption, now
from abandoned_checkouts.cli.within_shop import line, within_shop
from abandoned_checkouts.config import settings_from
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.engine.free_pages import free_pages
from abandoned_checkouts.store.privacy.erase_person import ErasureResult, find_person
from abandoned_checkouts.store.privacy.erase_person import erase_person as erase_person
from abandoned_checkouts.store.tenants.change_settings import change_settings
from abandoned_checkouts.store.tenants.shops import ShopError


def erase(
    shop: ShopOption,
    email: Annotated[str | None, typer.Option(help="The person's e-mail address.")] = None,
    customer: Annotated[int | None, typer.Option(help="The customer's number.")] = None,
    database: DatabaseOption = None,
) -> None:
    """Erase a person's data at once: rows, search index, events, mails, and the bytes on disk. Sums stay."""
    if (email is None) == (customer is None):
        raise typer.BadParameter("name the person by --email or by --customer")

    async def work(connection: Connection, found: Shop) -> tuple[Shop, ErasureResult]:
        person = await find_person(connection, found, customer_id=customer, email=email)
        if not person.is_known:
            say(f"{found.domain} knows nobody of that {'e-mail' if email else 'number'}; kept texts are looked through")
        return found, await erase_person(connection, found, person, now())

    async def finish(store: Database, done: tuple[Shop, ErasureResult]) -> None:
        # These know the whole server: too much to load for every command.
        from abandoned_checkouts.server import bulk_folder
        from abandoned_checkouts.shopify.bulk.rules.files import Results

        results = Results(bulk_folder(store, settings_from()))
        for file in done[1].files:
            results.remove(done[0].id, file)
        await free_pages(store)

    _, erased = within_shop(database, shop, work, write=True, afterwards=finish)
    say(f"erased: {erased.customers:,} customers, {erased.checkouts:,} checkouts")


def set_setting(
    name: Annotated[str, typer.Argument(help=f"One of {', '.join(SETTINGS)}.")],
    value: Annotated[str, typer.Argument(help="Its value; an empty text removes it.")],
    shop: ShopOption,
    database: DatabaseOption = None,
) -> None:
    """Set what a shop decides: where its checkout is, how long links work."""

    async def work(connection: Connection, found: Shop) -> UntypedJson:
        try:
            wanted = read_setting(name, value) if value.strip() or name not in SETTINGS else None
        except SettingValueError as problem:
            raise ShopError(str(problem)) from None
        return await change_settings(connection, found, {name: wanted}, now())

    line(name, within_shop(database, shop, work, write=True).get(name))
