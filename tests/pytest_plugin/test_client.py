"""`Twin`: each method, and what it says when the twin refuses."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from abandoned_checkouts.pytest_plugin.client import Twin
from abandoned_checkouts.pytest_plugin.made import TwinError
from abandoned_checkouts.pytest_plugin.serving import EMPTY_SHOP, TwinServer

COUNT = "{ abandonedCheckoutsCount { count } }"
# Nothing listens there: a delivery to it fails at once, and is in the journal all the same.
NOWHERE = "http://127.0.0.1:9/hooks"


def count(twin: Twin) -> int:
    number: int = twin.graphql(COUNT)["data"]["abandonedCheckoutsCount"]["count"]
    return number


def test_a_checkout_in_any_state(twin: Twin) -> None:
    made = twin.checkout(email="ada@example.com", line_items=[{"title": "Mug", "price": "5.00"}], ago="2 hours")
    assert (made.state, made.email, made["createdAt"]) == ("abandoned", "ada@example.com", "2026-12-01T07:00:00Z")
    assert made.gid.endswith(f"/{made.id}") and made.token in str(made.recovery_link) and made.wix_id
    assert [each.state for each in (made.visit(), made.close(), made.recover())] == ["abandoned"] * 2 + ["recovered"]
    assert twin.checkout(state="open").complete().state == "completed"
    assert made.delete().recovery_link is None
    assert count(twin) == 0


def test_time_moves_as_far_as_a_test_says(twin: Twin) -> None:
    twin.checkout(state="open")
    assert count(twin) == 0
    assert twin.travel("3 days")["total"]["abandonments"] == 1
    assert count(twin) == 1
    twin.travel(timedelta(hours=1, milliseconds=1))
    assert twin.now == datetime(2026, 12, 4, 10, 0, 0, 1000, tzinfo=UTC)
    twin.travel(datetime(2027, 1, 1, tzinfo=UTC))
    twin.freeze(datetime(2027, 1, 2, tzinfo=UTC))
    assert (twin.now.month, twin.version) == (1, "2027-01")
    twin.run_on()
    assert twin.ask("GET", "/clock")["status"] == "running"


def test_faults_end_with_their_block(twin: Twin) -> None:
    with twin.fault(endpoint="graphql", status=503, retry_after=7) as fault:
        with pytest.raises(TwinError, match="answered 503"):
            twin.graphql(COUNT)
        assert (fault.applied, fault.matched) == (1, 1)
    assert count(twin) == 0 and fault.applied == 1
    removed = twin.fault(throttled=True)
    twin.no_faults()
    with pytest.raises(TwinError, match="was removed"):
        _ = removed.applied
    twin.fault(throttled=True, times=1)
    twin.fault(endpoint="webhook", webhook="lost", from_="2026-12-02T00:00:00Z")
    assert twin.graphql(COUNT)["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert count(twin) == 0
    twin.no_faults()
    assert twin.ask("GET", "/faults")["faults"] == []


def test_deliveries_of_a_subscription(twin: Twin) -> None:
    twin.subscribe("checkouts/create", NOWHERE)
    made = twin.checkout(state="open", email="ada@example.com")
    entry = twin.wait_for_delivery("checkouts/create")
    assert (entry.payload["email"], entry["outcome"]) == ("ada@example.com", "failed")
    assert entry.payload["token"] == made.token
    twin.travel("1 hour")
    assert len(twin.deliveries("checkouts/*", outcome="failed")) > 1
    assert twin.deliveries("checkouts/delete") == []
    with pytest.raises(TwinError, match="0 of 1 deliveries came within 50 milliseconds"):
        twin.wait_for_delivery("checkouts/delete", timeout=0.05)


def test_an_incident_by_its_name(twin: Twin) -> None:
    name = twin.ask("GET", "/scenarios")["scenarios"][0]["name"]
    assert twin.scenario(name)["stage"] == 1
    with pytest.raises(TwinError, match=f'Did you mean "{name}"'):
        twin.scenario(f"{name}x")


def test_requests_and_mails(twin: Twin) -> None:
    twin.graphql("query Lost { abandonedCheckoutsCount { count } }")
    (entry,) = twin.requests(operation="Lost", operation_type="query")
    assert entry.payload["query"].startswith("query Lost")
    assert len(twin.wait_for("requests", 1, endpoint="graphql")) == 1
    assert twin.mails() == []


def test_shops_apps_and_tokens(twin: Twin) -> None:
    twin.new_shop("second.myshopify.com", currency="EUR")
    app = twin.new_app(shop="second.myshopify.com", scopes=["read_orders"], redirect_urls=["https://app.example/"])
    token = twin.new_token(shop="second.myshopify.com", app=app["clientId"], expires_in="1 hour")
    twin.checkout(shop="second.myshopify.com")
    assert twin.graphql(COUNT, token=token)["data"]["abandonedCheckoutsCount"]["count"] == 1
    assert count(twin) == 0
    assert twin.change_shop(plan="plus", abandoned_after_minutes=30)["abandoned_after_minutes"] == 30
    assert twin.graphql(COUNT)["extensions"]["cost"]["throttleStatus"]["maximumAvailable"] == 20_000


def test_snapshots_rewind_everything_and_the_seed_repeats(twin: Twin) -> None:
    assert twin.shop == EMPTY_SHOP
    twin.snapshot("here")
    first = twin.checkout()
    twin.travel("3 days")
    twin.restore("here")
    assert twin.now.day == 1
    assert twin.checkout() == first
    assert count(twin) == 1
    twin.seed(7)
    one = twin.new_token()
    twin.seed(7)
    twin.restore("here")
    twin.seed(7)
    assert twin.new_token() == one
    twin.forget("here")


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda twin: twin.checkout(state="abandonned"), 'Did you mean "abandoned"?'),
        (lambda twin: twin.checkout(ago="yesterday"), "is not a duration"),
        (lambda twin: twin.travel("soon"), "is not a duration"),
        (lambda twin: twin.travel(datetime(2027, 1, 1)), "has no time zone"),
        (lambda twin: twin.freeze("2020-01-01T00:00:00Z"), "does not go back"),
        (lambda twin: twin.fault(statos=503), 'Did you mean "status"?'),
        (lambda twin: twin.fault(status=503, endpoint="grapql"), 'Did you mean "graphql"?'),
        (lambda twin: twin.requests(operaton="x"), 'Did you mean "operation"?'),
        (lambda twin: twin.wait_for("request", 1), 'Did you mean "/__twin/requests'),
        (lambda twin: twin.subscribe("checkouts/creat", NOWHERE), 'Did you mean "checkouts/create"?'),
        (lambda twin: twin.subscribe("checkouts/create", "nowhere"), "checkouts/create: "),
        (lambda twin: twin.restore("nowhere"), 'no snapshot "nowhere"'),
        (lambda twin: twin.change_shop(plan="pluss"), 'Did you mean "plus"?'),
        (lambda twin: twin.new_token(scopes=["read_order"]), "read_orders"),
        (lambda twin: twin.graphql(COUNT, token="nobody"), "answered 401"),
    ],
)
def test_refusals(twin: Twin, ask: Callable[[Twin], Any], words: str) -> None:
    with pytest.raises(TwinError) as refused:
        ask(twin)
    assert words in str(refused.value)


@pytest.mark.parametrize("version", ["2026-11", "latest", "2026-1"])
def test_a_version_that_is_none(own_server: TwinServer, version: str) -> None:
    with pytest.raises(TwinError, match="is not an API version"):
        Twin(own_server, version)
    assert Twin(own_server, "2026-07").graphql_url.endswith("/admin/api/2026-07/graphql.json")
