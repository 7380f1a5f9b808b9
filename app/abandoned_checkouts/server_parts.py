"""The parts of the server that depend on its settings: mails, health checks, GraphQL, folders, throttle."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from abandoned_checkouts.checkouts.moment import Clock
from abandoned_checkouts.config import Settings
from abandoned_checkouts.http_kit.health import Readiness
from abandoned_checkouts.shopify.bulk.rules.files import Results
from abandoned_checkouts.shopify.http.graphql_endpoint import GraphqlEndpoint
from abandoned_checkouts.shopify.http.throttling import Throttle
from abandoned_checkouts.shopify.permissions.rate_limits import PLANS
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.usable import problem_of_store
from abandoned_checkouts.store.reading.snapshots import Snapshots
from abandoned_checkouts.store.tenants.throttle_buckets import Buckets, FileBuckets, MemoryBuckets, TableBuckets
from abandoned_checkouts.work.processes import Processes

if TYPE_CHECKING:
    from abandoned_checkouts.twin.twin import Twin
    from abandoned_checkouts.work.mail_server import MailServer


def mail_server(settings: Settings, twin: "Twin | None") -> "MailServer | None":
    """The mail server of the settings. If there is none, a twin records mails without sending them."""
    if settings.smtp_url:
        from abandoned_checkouts.work.mail_server import MailServer

        return MailServer.from_url(settings.smtp_url, settings.mail_from)
    return None if twin is None else twin.mail_tray(settings.mail_from)


@asynccontextmanager
async def readiness(
    database: Database,
    problem_of_work: Callable[[], Awaitable[str | None]],
    settings: Settings,
    processes_folder: Path | None,
) -> AsyncIterator[Readiness]:
    """The checks of /readyz: the store, the background work, and the other processes of this server."""

    async def store_check() -> str | None:
        return await problem_of_store(database)

    checks = {"store": store_check, "workers": problem_of_work}
    with ExitStack() as held:
        if settings.workers > 1 and processes_folder is not None:
            processes = held.enter_context(Processes(processes_folder, settings.workers))
            checks["processes"] = processes.problem
        yield Readiness(checks)


def graphql_endpoint(
    database: Database, snapshots: Snapshots | None, throttle: Throttle, settings: Settings, clock: Clock
) -> GraphqlEndpoint:
    """The GraphQL endpoint of the Shopify dialect."""
    return GraphqlEndpoint(
        database,
        clock,
        throttle,
        plan=PLANS[settings.plan],
        extended_search=settings.extended_search,
        strict_search=settings.strict_search,
        public_url=(settings.public_url or "").rstrip("/"),
        executor=settings.executor,
        reach=settings.reach,
        snapshots=snapshots,
    )


def webhook_url(settings: Settings) -> str | None:
    """Where sources of syncs can send their webhooks: only a public URL can be reached from there."""
    return f"{settings.public_url.rstrip('/')}/intake/shopify" if settings.public_url else None


def bulk_folder(database: Database, settings: Settings) -> Path:
    """The folder for the files of bulk operations."""
    if settings.bulk_folder:
        return Path(settings.bulk_folder)
    if database.is_sqlite and database.url.database not in (None, "", ":memory:"):
        return Path(f"{database.url.database}-bulk-operations")
    return Path("data") / "bulk-operations"


def result_files(database: Database, settings: Settings) -> Results:
    """Where the files of bulk operations and exports are: in a folder, or in PostgreSQL if no folder is set."""
    is_in_database = not database.is_sqlite and settings.bulk_folder is None and not settings.twin
    return Results(bulk_folder(database, settings), database if is_in_database else None)


def buckets(database: Database, settings: Settings) -> Buckets:
    """The storage for throttle buckets. All processes of this server share it."""
    if not database.is_sqlite:
        return TableBuckets(database)
    if settings.workers == 1 or database.url.database in (None, "", ":memory:"):
        return MemoryBuckets()
    return FileBuckets(f"{Path(str(database.url.database))}-throttle")
