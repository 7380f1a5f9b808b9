"""`erase`, and `shop set`."""

from typing import Annotated, Any

import typer

from app.checkouts.settable import SETTINGS, SettingValueError, read_setting
from app.checkouts.shop import Shop
from app.cli.options import Database, now
from app.cli.problems import say
from app.cli.within_shop import ShopName, line, within_shop
from app.config import settings_from
from app.store.compact import compact
from app.store.database import Connection
from app.store.database import Database as Store
from app.store.erase import Erased, find_person
from app.store.erase import erase as erase_person
from app.store.shop_settings import change_settings
from app.store.shops import ShopError


def erase(
    shop: ShopName,
    email: Annotated[str | None, typer.Option(help="The person's e-mail address.")] = None,
    customer: Annotated[int | None, typer.Option(help="The customer's number.")] = None,
    database: Database = None,
) -> None:
    """Erase a person's data at once: rows, search index, events, mails, and the bytes on disk. Sums stay."""
    if (email is None) == (customer is None):
        raise typer.BadParameter("name the person by --email or by --customer")

    async def work(connection: Connection, found: Shop) -> Any:
        person = await find_person(connection, found, customer_id=customer, email=email)
        if not person.is_known:
            say(f"{found.domain} knows nobody of that {'e-mail' if email else 'number'}; kept texts are looked through")
        return found, await erase_person(connection, found, person, now())

    async def finish(store: Store, done: tuple[Shop, Erased]) -> None:
        # These know the whole server: too much to load for every command.
        from app.server import bulk_folder
        from app.shopify.bulk.files import Results

        results = Results(bulk_folder(store, settings_from()))
        for file in done[1].files:
            results.remove(done[0].id, file)
        await compact(store)

    _, erased = within_shop(database, shop, work, write=True, afterwards=finish)
    say(f"erased: {erased.customers:,} customers, {erased.checkouts:,} checkouts")


def set_setting(
    name: Annotated[str, typer.Argument(help=f"One of {', '.join(SETTINGS)}.")],
    value: Annotated[str, typer.Argument(help="Its value; an empty text removes it.")],
    shop: ShopName,
    database: Database = None,
) -> None:
    """Set what a shop decides: where its checkout is, how long links work."""

    async def work(connection: Connection, found: Shop) -> Any:
        try:
            wanted = read_setting(name, value) if value.strip() or name not in SETTINGS else None
        except SettingValueError as problem:
            raise ShopError(str(problem)) from None
        return await change_settings(connection, found, {name: wanted}, now())

    line(name, within_shop(database, shop, work, write=True).get(name))
