"""`event subscribe`, `event list`, `event unsubscribe`, `event log`, `event show`, `event replay`, `event rejected`."""

import sys
from typing import Annotated

import orjson
import typer

from abandoned_checkouts.checkouts.moment import format_utc
from abandoned_checkouts.checkouts.reach import Reach
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.cli.opened_store import missing_from
from abandoned_checkouts.cli.options import DatabaseOption, ShopOption, duration, now
from abandoned_checkouts.cli.within_shop import line, within_shop
from abandoned_checkouts.config import settings_from
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.outbox.delivery_log import find_delivery, list_deliveries, replay_deliveries
from abandoned_checkouts.store.outbox.inbound_deliveries import list_rejected
from abandoned_checkouts.store.outbox.subscriptions import (
    Subscription,
    SubscriptionError,
    delete_subscription,
    subscriptions_of,
)
from abandoned_checkouts.store.tenants.shops import ShopError
from abandoned_checkouts.work.subscribe import TOPICS, Subscribed, check_address, subscribe

application = typer.Typer(help="Subscribe to events, list deliveries and send them again.", no_args_is_help=True)

SubscriptionArgument = Annotated[int, typer.Argument(metavar="NUMBER", help="Number from `event list`.")]
DeliveryArgument = Annotated[int, typer.Argument(metavar="NUMBER", help="Number from `event log`.")]
LimitOption = Annotated[int, typer.Option(help="Maximum number of lines.", min=1, max=10_000)]
StateOption = Annotated[
    str | None, typer.Option(help="Only deliveries in this state: waiting, delivered, failed, cancelled.")
]


@application.command("subscribe")
def add(
    shop: ShopOption,
    topic: Annotated[
        str, typer.Argument(help="Topic, for example abandoned or recovered (own), created or deleted (wix).")
    ],
    address: Annotated[str, typer.Argument(help="HTTPS URL that receives the events.")],
    dialect: Annotated[str, typer.Option(help="Format of the events: own or wix.")] = "own",
    client_id: Annotated[str | None, typer.Option("--app", help="Client id of the app. Required for wix.")] = None,
    http: Annotated[
        bool, typer.Option("--http", help="For tests: allow a URL without TLS or on a private network.")
    ] = False,
    database: DatabaseOption = None,
) -> None:
    """Subscribe a URL to events. Prints the subscription's number and the key that verifies its events.

    For own events the key is a secret, for wix a public key.
    """
    if dialect not in TOPICS:
        raise typer.BadParameter(f"{dialect!r} is not a format of events; use own or wix", param_hint="--dialect")

    reach = Reach.PRIVATE if http else settings_from().reach
    try:
        check_address(address, reach)
    except SubscriptionError as problem:
        raise typer.BadParameter(
            f"{problem}. For tests, --http allows http:// and private networks.", param_hint="ADDRESS"
        ) from None

    async def create(connection: Connection, found: Shop) -> Subscribed:
        try:
            return await subscribe(
                connection, found, dialect, topic, address, client_id=client_id, reach=reach, now=now()
            )
        except SubscriptionError as problem:
            raise ShopError(str(problem)) from None

    subscribed = within_shop(database, shop, create, write=True)
    line(subscribed.id, subscribed.dialect, subscribed.topic, subscribed.address)
    sys.stdout.write(subscribed.secret.strip() + "\n")


@application.command("list")
def list_all(shop: ShopOption, database: DatabaseOption = None) -> None:
    """List subscriptions: number, format, topic, URL, time of creation."""

    async def find(connection: Connection, found: Shop) -> list[Subscription]:
        return await subscriptions_of(connection, found.id)

    for each in within_shop(database, shop, find):
        line(each.id, each.dialect, each.topic, each.address, format_utc(each.created_at))


@application.command("unsubscribe")
def remove(which: SubscriptionArgument, shop: ShopOption, database: DatabaseOption = None) -> None:
    """Delete a subscription and cancel its waiting deliveries."""

    async def end(connection: Connection, found: Shop) -> None:
        for each in await subscriptions_of(connection, found.id):
            if each.id == which:
                await delete_subscription(connection, found.id, each.dialect, which, now())
                return
        raise missing_from(found, f"subscription {which}", "event list")

    within_shop(database, shop, end, write=True)


@application.command("log")
def log(
    shop: ShopOption,
    state: StateOption = None,
    topic: Annotated[str | None, typer.Option(help="Only deliveries of this topic.")] = None,
    limit: LimitOption = 50,
    database: DatabaseOption = None,
) -> None:
    """List deliveries, newest first: number, time, state, attempts, status, topic, URL, problem."""

    async def find(connection: Connection, found: Shop) -> list[Row]:
        return await list_deliveries(connection, found, state=state, topic=topic, limit=limit)

    for row in within_shop(database, shop, find, behind=True):
        shown = (row[name] for name in ("state", "attempts", "status", "topic", "address", "problem"))
        line(row["id"], format_utc(row["created_at"]), *shown)


@application.command("show")
def show(which: DeliveryArgument, shop: ShopOption, database: DatabaseOption = None) -> None:
    """Print a delivery as JSON, with headers, body and every attempt."""

    async def find(connection: Connection, found: Shop) -> Row:
        row = await find_delivery(connection, found, which)
        if row is None:
            raise missing_from(found, f"delivery {which}", "event log")
        return row

    sys.stdout.write(orjson.dumps(within_shop(database, shop, find), option=orjson.OPT_INDENT_2).decode() + "\n")


@application.command("replay")
def replay(
    shop: ShopOption,
    which: Annotated[list[int] | None, typer.Argument(metavar="NUMBER…", help="Numbers from `event log`.")] = None,
    since: Annotated[
        str | None, typer.Option(help="All deliveries of the last minutes, hours or days, for example 90m, 6h or 2d.")
    ] = None,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Send deliveries again, unchanged and with the same ids. Prints their number."""
    if not which and since is None:
        raise typer.BadParameter("give delivery numbers, or --since")
    moment = None if since is None else now() - duration(since)

    async def again(connection: Connection, found: Shop) -> int:
        return await replay_deliveries(connection, found, now(), numbers=which or (), since=moment, state=state)

    line(within_shop(database, shop, again, write=True))


@application.command("rejected")
def rejected(shop: ShopOption, limit: LimitOption = 50, database: DatabaseOption = None) -> None:
    """List received webhooks that were rejected, newest first: id, topic, time, problem, body."""

    async def find(connection: Connection, found: Shop) -> list[Row]:
        return await list_rejected(connection, found, limit)

    for row in within_shop(database, shop, find, behind=True):
        line(
            *(row[name] for name in ("webhook_id", "topic")),
            format_utc(row["received_at"]),
            row["problem"],
            row["body"],
        )
