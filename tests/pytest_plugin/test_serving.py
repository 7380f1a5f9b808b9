"""Starting a server, and using one that runs: what is refused, and what is left behind."""

from pathlib import Path

import httpx
import pytest

from abandoned_checkouts.pytest_plugin.made import TwinError
from abandoned_checkouts.pytest_plugin.serving import environment_of, running, started
from tests.ports import free_port


def test_a_server_with_the_demo_shop_and_one_that_is_used_for_a_session(tmp_path: Path) -> None:
    settings = {"ABANDONED_CHECKOUTS_PLAN": "plus"}
    with started(tmp_path, demo=3, settings=settings) as server:
        assert server.shop == "demo-shop.myshopify.com"
        before = httpx.get(f"{server.url}/__twin/shops").json()
        with running(f"{server.url}/") as used:
            assert used.url == server.url and used.token != server.token
            httpx.post(f"{used.url}/__twin/shops", json={"domain": "second.myshopify.com"}).raise_for_status()
            answer = httpx.post(
                f"{used.url}/admin/api/2026-10/graphql.json",
                json={"query": "{ abandonedCheckoutsCount { count } }"},
                headers={"X-Shopify-Access-Token": used.token},
            ).json()
            assert answer["data"]["abandonedCheckoutsCount"]["count"] == 3
            assert answer["extensions"]["cost"]["throttleStatus"]["maximumAvailable"] == 20_000
        assert httpx.get(f"{server.url}/__twin/shops").json() == before
        assert [each["name"] for each in httpx.get(f"{server.url}/__twin/snapshots").json()["snapshots"]] == ["initial"]
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url)


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    settings = {"ABANDONED_CHECKOUTS_PLAN": "plsu"}
    with pytest.raises(TwinError, match=r"did not start(.|\n)*PLAN"), started(tmp_path, demo=None, settings=settings):
        pass


def test_settings_of_this_process_are_for_another_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABANDONED_CHECKOUTS_PUBLIC_URL", "https://other.example")
    assert "ABANDONED_CHECKOUTS_PUBLIC_URL" not in environment_of(tmp_path, demo=None, settings={})
    with pytest.raises(TwinError, match="PLAN is not a setting"):
        environment_of(tmp_path, demo=None, settings={"PLAN": "plus"})


def test_no_server() -> None:
    with (
        pytest.raises(TwinError, match=r"There is no server(.|\n)*serve --twin"),
        running(f"http://127.0.0.1:{free_port()}"),
    ):
        pass
