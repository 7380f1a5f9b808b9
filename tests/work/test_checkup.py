"""The checks of `doctor`: each problem is found, and says what to do."""

from pathlib import Path

import pytest

from abandoned_checkouts.checkouts.moment import HOUR, MINUTE, SECOND
from abandoned_checkouts.demo.fill import fill
from abandoned_checkouts.store.engine.database import Database, open_database
from abandoned_checkouts.store.engine.secret_key import VARIABLE
from abandoned_checkouts.store.reading.due_lag import Due
from abandoned_checkouts.work.checkup import (
    Finding,
    State,
    address_finding,
    clock_finding,
    distribution_finding,
    due_finding,
    mail_finding,
    replica_finding,
    store_findings,
)
from tests.databases import Databases
from tests.ports import free_port

NOW = 1_796_000_000_000_000
OK, WARNING, ERROR = State.OK, State.WARNING, State.ERROR


def by_check(findings: list[Finding]) -> dict[str, Finding]:
    return {each.check: each for each in findings}


@pytest.mark.parametrize(
    ("count", "lag", "state"),
    [(0, 0, OK), (3, 1 * SECOND, OK), (3, 3 * MINUTE, WARNING), (3, 2 * HOUR, ERROR)],
)
def test_late_work(count: int, lag: int, state: State) -> None:
    found = due_finding(Due("deliveries", count, lag))
    assert found.state is state and bool(found.cure) == (state is not OK)


@pytest.mark.parametrize(
    ("store", "state"), [(None, OK), (NOW - HOUR, OK), (NOW + SECOND, OK), (NOW + MINUTE, WARNING)]
)
def test_the_clock(store: int | None, state: State) -> None:
    assert clock_finding(store, NOW).state is state


@pytest.mark.parametrize(
    ("hindrances", "left", "is_cluster", "message", "cure"),
    [
        ([], 0, False, "one machine", ""),
        ([], 0, True, "all tables are distributed", ""),
        ([], 3, True, "3 tables are not distributed over the machines of the cluster", "store distribute"),
        (["the unique key x", "the unique key y"], 3, True, "the unique key x (and 1 more)", "store check"),
    ],
)
def test_the_distribution(hindrances: list[str], left: int, is_cluster: bool, message: str, cure: str) -> None:
    found = distribution_finding(hindrances, left, is_cluster=is_cluster)
    assert found.message == message and cure in found.cure
    assert found.state is (WARNING if cure else OK)


async def test_a_key_without_a_shop_is_found_on_postgresql(databases: Databases) -> None:
    store = await open_database(databases.new("postgresql"))
    assert by_check(await store_findings(store, False, NOW))["distribution"].state is OK
    async with store.begin() as connection:
        await connection.exec_driver_sql("CREATE UNIQUE INDEX wrong ON carts (token)")
    found = by_check(await store_findings(store, False, NOW))["distribution"]
    await store.close()
    assert (found.state, found.message) == (
        WARNING,
        "the unique key wrong of carts (token) does not contain shop_id",
    )


@pytest.mark.parametrize(
    ("public_url", "host", "state"),
    [
        (None, "127.0.0.1", OK),
        (None, "0.0.0.0", WARNING),
        ("https://checkouts.example", "0.0.0.0", OK),
        ("http://checkouts.example", "0.0.0.0", WARNING),
        ("http://localhost:8000", "127.0.0.1", OK),
    ],
)
def test_the_public_url(public_url: str | None, host: str, state: State) -> None:
    assert address_finding(public_url, host).state is state


async def test_the_mail_server() -> None:
    assert (await mail_finding(None)).state is OK
    port = free_port()
    away = await mail_finding(f"smtp://127.0.0.1:{port}")
    assert away.state is ERROR and f"127.0.0.1:{port} refuses" in away.message and "SMTP_URL" in away.cure
    invalid = await mail_finding("smtp://")
    assert invalid.state is ERROR and "smtp_url is invalid" in invalid.message


async def test_a_mail_server_that_accepts_the_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    from aiosmtpd.controller import Controller
    from aiosmtpd.handlers import Sink

    controller = Controller(Sink(), hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        found = await mail_finding(f"smtp://127.0.0.1:{controller.port}")
    finally:
        controller.stop()
    assert found == Finding("mail server", OK, f"127.0.0.1:{controller.port} accepts the sign-in")


async def test_a_store(store: Database) -> None:
    await fill(store, checkouts=5, seed=1, now=NOW)
    found = by_check(await store_findings(store, True, NOW))
    assert {"store", "secret key", "clock", "due: abandonment", "due: deliveries", "flows"} <= set(found)
    assert found["store"].state is OK and "newest version" in found["store"].message


async def test_a_replica_of_a_sqlite_store(databases: Databases) -> None:
    store = await open_database(databases.new("sqlite"))
    assert await replica_finding(store, None, 5) == []
    [found] = await replica_finding(store, "postgresql://replica/shop", 5)
    assert found.state is State.WARNING and found.cure == "unset ABANDONED_CHECKOUTS_REPLICA_URL"
    await store.close()


async def test_a_key_and_a_store_that_others_can_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    file = tmp_path / "store.sqlite3"
    database = await open_database(f"sqlite+aiosqlite:///{file}")
    try:
        good = by_check(await store_findings(database, True, NOW))
        assert (good["secret key"].state, good["permissions"].state, good["disk"].state) == (OK, OK, OK)
        for path in (file, tmp_path / "store.sqlite3-secret-key"):
            path.chmod(0o644)
        bad = by_check(await store_findings(database, True, NOW))
        assert bad["secret key"].state is ERROR and bad["secret key"].cure.startswith("run `chmod 600")
        assert bad["permissions"].state is WARNING
    finally:
        await database.close()
