"""`erase`, and `shop set`."""

from typing import Annotated

import typer

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.setting_values import SettingValueError
from abandoned_checkouts.checkouts.settings import SETTINGS, read_setting
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.cli.exit_codes import say
from abandoned_checkouts.cli.options import DatabaseOption, ShopOption, now
from abandoned_checkouts.cli.within_shop import line, within_shop
from abandoned_checkouts.config import settings_from
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.engine.free_pages import free_pages
from abandoned_checkouts.store.privacy.erase_person import ErasureResult
from abandoned_checkouts.store.privacy.find_person import find_person
from abandoned_checkouts.store.tenants.change_settings import change_settings
from abandoned_checkouts.store.tenants.shops import ShopError
from abandoned_checkouts.work.erase import erase_and_inform


def erase(
    shop: ShopOption,
    email: Annotated[str | None, typer.Option(help="E-mail address of the person.")] = None,
    customer: Annotated[int | None, typer.Option(help="Customer id of the person, a number.")] = None,
    database: DatabaseOption = None,
) -> None:
    """Erase a person's data now from rows, search index, events, mails and the disk. Amounts are kept."""
    if (email is None) == (customer is None):
        raise typer.BadParameter("use either --email or --customer")

    async def work(connection: Connection, found: Shop) -> tuple[Shop, ErasureResult]:
        person = await find_person(connection, found, customer_id=customer, email=email)
        if not person.is_known:
            identifier = "e-mail" if email else "customer id"
            say(
                f"no customer or checkout of {found.domain} has that {identifier}; searching stored webhooks and events"
            )
        return found, await erase_and_inform(connection, found, person, now())

    async def finish(store: Database, done: tuple[Shop, ErasureResult]) -> None:
        # Imported here, because these modules load the whole server, and other commands need to start fast.
        from abandoned_checkouts.server_parts import result_files

        results = result_files(store, settings_from())
        for file in done[1].files:
            await results.discard(done[0].id, file)
        if done[1].has_changed:
            await free_pages(store)

    _, erased = within_shop(database, shop, work, write=True, afterwards=finish)
    say(f"erased: {erased.customers:,} customers, {erased.checkouts:,} checkouts")


def set_setting(
    name: Annotated[str, typer.Argument(help="Name of the setting.")],
    value: Annotated[str, typer.Argument(help="New value. An empty value resets the setting to its default.")],
    shop: ShopOption,
    database: DatabaseOption = None,
) -> None:
    """Change a setting of a shop. The settings are listed below."""

    async def work(connection: Connection, found: Shop) -> UntypedJson:
        try:
            new_value = read_setting(name, value) if value.strip() or name not in SETTINGS else None
        except SettingValueError as problem:
            raise ShopError(str(problem)) from None
        return await change_settings(connection, found, {name: new_value}, now())

    line(name, within_shop(database, shop, work, write=True).get(name))
