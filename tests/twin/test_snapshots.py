"""Snapshots: a restore returns the complete state, and everything continues from there as before."""

from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.twin.conftest import TwinUser


async def _story(twin: TwinUser) -> list[Any]:
    """Requests whose responses have ids, tokens, cursors and times."""
    await twin.advance("1 hour")
    made = [await twin.checkout(state=state) for state in ("abandoned", "recovered", "open")]
    token = await twin.ask("POST", "/tokens", {"scopes": ["read_orders"]})
    page = await twin.graphql("{abandonedCheckouts(first:2){edges{cursor node{id abandonedCheckoutUrl createdAt}}}}")
    travelled = await twin.advance("2 days")
    return [made, token, page, travelled]


async def test_the_same_requests_after_a_restore_have_the_same_responses(twin: TwinUser) -> None:
    await twin.freeze("2026-12-01T09:00:00Z")
    await twin.checkout(state="open")
    await twin.ask("PUT", "/snapshots/before")
    first = await _story(twin)
    await twin.ask("POST", "/snapshots/before/restore")
    assert (await twin.ask("GET", "/clock"))["currentInstant"] == "2026-12-01T09:00:00.000000Z"
    assert await _story(twin) == first


async def test_the_same_seed_gives_the_same_ids_again_and_another_others(twin: TwinUser) -> None:
    async def tokens(seed: int) -> list[str]:
        await twin.ask("POST", "/seed", {"seed": seed})
        made = [(await twin.ask("POST", "/tokens", {}))["token"] for _ in range(3)]
        await twin.ask("POST", "/reset")
        return made

    assert await tokens(5) == await tokens(5) != await tokens(6)


async def test_a_seed_that_the_store_has_used_makes_other_values(twin: TwinUser) -> None:
    tokens = []
    for _ in range(3):
        await twin.ask("POST", "/seed", {"seed": 5})
        tokens.append((await twin.ask("POST", "/tokens", {}))["token"])
    assert len(set(tokens)) == 3
    await twin.ask("POST", "/reset")
    await twin.ask("POST", "/seed", {"seed": 5})
    assert (await twin.ask("POST", "/tokens", {}))["token"] == tokens[0]


async def test_pending_work_and_rate_limits_return(twin: TwinUser) -> None:
    await twin.freeze("2026-12-01T09:00:00Z")
    await twin.checkout(state="open")
    await twin.ask("PUT", "/snapshots/waiting")
    await twin.advance("1 hour")
    spent = await twin.graphql("{abandonedCheckouts(first:200){nodes{id}}}")
    await twin.ask("POST", "/snapshots/waiting/restore")
    assert await twin.count() == 0
    await twin.advance("1 hour")
    assert await twin.count() == 1
    again = await twin.graphql("{abandonedCheckouts(first:200){nodes{id}}}")
    throttle = "throttleStatus"
    assert again["extensions"]["cost"][throttle]["currentlyAvailable"] <= 1990
    assert spent["extensions"]["cost"]["actualQueryCost"] == again["extensions"]["cost"]["actualQueryCost"]


async def test_reset_returns_to_the_start_and_to_real_time(twin: TwinUser) -> None:
    await twin.freeze("2026-12-01T09:00:00Z")
    await twin.checkout()
    state = await twin.ask("POST", "/reset")
    assert state["currentInstant"].startswith("2026-09-21")
    assert await twin.count() == 0
    assert (await twin.ask("GET", "/clock"))["status"] == "running"


async def test_a_saved_snapshot_can_be_loaded(twin: TwinUser, tmp_path: Path) -> None:
    await twin.freeze()
    await twin.checkout()
    file = tmp_path / "kept.sqlite3"
    await twin.ask("PUT", "/snapshots/one", {"toFile": str(file)})
    assert file.stat().st_mode & 0o077 == 0
    await twin.ask("POST", "/reset")
    await twin.ask("PUT", "/snapshots/two", {"fromFile": str(file)})
    await twin.ask("POST", "/snapshots/two/restore")
    assert await twin.count() == 1
    assert "new file" in (await twin.ask("PUT", "/snapshots/one", {"toFile": str(file)}, 422))["errors"]


async def test_files_that_are_not_snapshots_are_refused(twin: TwinUser, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("nothing")
    for file in (other, tmp_path / "missing.sqlite3"):
        refused = await twin.ask("PUT", "/snapshots/x", {"fromFile": str(file)}, 422)
        assert "is not a saved snapshot" in refused["errors"]


async def test_names(twin: TwinUser) -> None:
    await twin.ask("PUT", "/snapshots/monday")
    assert [each["name"] for each in (await twin.ask("GET", "/snapshots"))["snapshots"]] == ["initial", "monday"]
    unknown = await twin.ask("POST", "/snapshots/munday/restore", None, 404)
    assert unknown["errors"] == 'There is no snapshot "munday". Did you mean "monday"?'
    await twin.ask("DELETE", "/snapshots/monday")
    await twin.ask("GET", "/snapshots/monday", None, 404)
    await twin.ask("DELETE", "/snapshots/initial", None, 409)
    assert "1 to 100 letters" in (await twin.ask("PUT", "/snapshots/a b", None, 422))["errors"]


async def test_many_restores_do_not_grow_memory_or_open_files(twin: TwinUser) -> None:
    await twin.ask("PUT", "/snapshots/s")
    process = psutil.Process()

    async def restores(count: int) -> tuple[int, int]:
        for _ in range(count):
            # A restore copies only after a change.
            await twin.ask("POST", "/tokens", {})
            await twin.ask("POST", "/snapshots/s/restore")
        return process.memory_info().rss, process.num_fds()

    memory, files = await restores(20)
    later_memory, later_files = await restores(80)
    # Readers open their connections when they are first needed; 80 leaks would be more than these.
    assert later_files <= files + 4
    assert later_memory - memory < 8 * 1024 * 1024


@pytest.mark.parametrize("database_kind", ["postgresql"])
async def test_postgresql_refuses_with_a_sentence(twin: TwinUser) -> None:
    for method, path in (("PUT", "/snapshots/s"), ("POST", "/reset")):
        assert "PostgreSQL" in (await twin.ask(method, path, None, 422))["errors"]
