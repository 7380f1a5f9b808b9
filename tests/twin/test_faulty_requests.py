"""Faults of requests: what a client sees, and what the server did meanwhile."""

import json
import time
from typing import Any

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from abandoned_checkouts.telemetry.requests import RequestObserver
from abandoned_checkouts.twin import faulty_requests
from tests.twin.conftest import TOKEN, TwinUser

ASK = "{abandonedCheckouts(first:5){nodes{id customer{email}}} shop{name}}"
MUTATION = (
    'mutation{savedSearchCreate(input:{name:"x",query:"status:open",resourceType:ORDER}){savedSearch{id} '
    "userErrors{message}}}"
)


async def _faults(twin: TwinUser, *faults: dict[str, Any]) -> None:
    response = await twin.client.post("/__twin/faults", json=list(faults))
    assert response.status_code == 200, response.text


async def _ask(twin: TwinUser, document: str = ASK, **headers: str) -> httpx.Response:
    return await twin.client.post(
        "/admin/api/2026-10/graphql.json",
        json={"query": document},
        headers={"X-Shopify-Access-Token": TOKEN, **headers},
    )


async def test_a_status_and_when_to_try_again(twin: TwinUser) -> None:
    await _faults(twin, {"endpoint": "rest", "status": 429, "retryAfter": 2, "times": 1})
    headers = {"X-Shopify-Access-Token": TOKEN}
    first = await twin.client.get("/admin/api/2026-10/checkouts/count.json", headers=headers)
    assert (first.status_code, first.headers["retry-after"]) == (429, "2")
    assert first.json()["errors"].startswith("Exceeded 2 calls per second")
    assert (await twin.client.get("/admin/api/2026-10/checkouts/count.json", headers=headers)).status_code == 200
    assert (await _ask(twin)).status_code == 200


async def test_graphql_errors_and_nulls(twin: TwinUser) -> None:
    await twin.checkout()
    await _faults(
        twin,
        {
            "operation": "abandonedCheckouts",
            "errors": [{"message": "Access denied", "code": "ACCESS_DENIED", "path": ["shop"]}],
            "nulls": ["shop", "abandonedCheckouts.nodes.customer"],
        },
    )
    answer = (await _ask(twin)).json()
    assert answer["errors"] == [{"message": "Access denied", "path": ["shop"], "extensions": {"code": "ACCESS_DENIED"}}]
    assert answer["data"]["shop"] is None
    assert [node["customer"] for node in answer["data"]["abandonedCheckouts"]["nodes"]] == [None]


async def test_throttled_is_the_servers_own_response_and_nothing_is_executed(twin: TwinUser) -> None:
    await _faults(twin, {"endpoint": "graphql", "throttled": True, "nth": [1]})
    answer = (await _ask(twin, MUTATION)).json()
    assert answer["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert "data" not in answer
    assert answer["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"] == 0
    assert (await _ask(twin, MUTATION)).json()["data"]["savedSearchCreate"]["userErrors"] == []


async def test_a_lost_answer_means_that_the_server_did_the_work(twin: TwinUser) -> None:
    await _faults(twin, {"endpoint": "graphql", "connection": "lost-answer", "nth": 1})
    with pytest.raises(ConnectionResetError):
        await _ask(twin, MUTATION)
    again = (await _ask(twin, MUTATION)).json()
    assert "taken" in str(again["data"]["savedSearchCreate"]["userErrors"])


async def test_truncated_slow_and_replaced_bodies(twin: TwinUser) -> None:
    whole = (await _ask(twin)).content
    await _faults(twin, {"truncate": 0.5})
    assert (await _ask(twin)).content == whole[: len(whole) // 2]
    await _faults(twin, {"bytesPerSecond": 2000})
    started = time.perf_counter()
    slow = await _ask(twin)
    assert slow.json()["data"] and time.perf_counter() - started >= len(slow.content) / 2000 * 0.8
    await _faults(twin, {"replace": {'"name":': '"nome":'}})
    assert "nome" in (await _ask(twin)).json()["data"]["shop"]


async def test_tokens_scopes_and_approvals_are_withdrawn_for_matching_requests(twin: TwinUser) -> None:
    await twin.checkout()
    assert (await _ask(twin)).status_code == 200
    await _faults(twin, {"tokenIs": "revoked", "times": 1})
    assert (await _ask(twin)).status_code == 401
    assert (await _ask(twin)).status_code == 200
    await _faults(twin, {"withoutScopes": ["read_orders"]})
    assert "read_orders" in str((await _ask(twin)).json()["errors"])
    await _faults(twin, {"withoutApprovals": ["email", "name"]})
    assert "errors" in (await _ask(twin)).json()
    await _faults(twin)
    assert "errors" not in (await _ask(twin)).json()


async def test_a_fault_for_one_request_is_in_its_header(twin: TwinUser) -> None:
    failed = await _ask(twin, ASK, **{"X-Twin-Fault": '{"status": 503}'})
    assert failed.status_code == 503 and failed.json() == {"errors": "Service Unavailable"}
    assert (await _ask(twin)).status_code == 200
    refused = await _ask(twin, ASK, **{"X-Twin-Fault": '{"stauts": 503}'})
    assert (refused.status_code, refused.json()["errors"]) == (
        422,
        'X-Twin-Fault: "stauts" is not a field of a fault. Did you mean "status"?',
    )
    assert (await _ask(twin, ASK, **{"X-Twin-Fault": "{"})).status_code == 422


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        *(
            ({"status": 500, key: value}, f'"{key}" has no effect in the header, which is for this request only.')
            for key, value in {
                "endpoint": "wix",
                "operation": "nope",
                "method": "GET",
                "token": "other",
                "path": "/x",
                "shop": "other.myshopify.com",
                "app": "other",
                "topic": "checkouts/*",
                "nth": 2,
                "succeedFirst": 1,
                "times": 1,
                "probability": 0.5,
                "seed": 2,
                "from": "2030-01-01T00:00:00Z",
                "until": "2030-01-01T00:00:00Z",
                "ttl": "1 minute",
            }.items()
        ),
        ({"webhook": "twice"}, '"webhook" never happens to a request. Add the fault by PATCH /__twin/faults.'),
        ({"bulk": "failed"}, '"bulk" never happens to a request. Add the fault by PATCH /__twin/faults.'),
        ({"status": 500, "delay": "1 hour"}, '"delay" never happens to a request.'),
    ],
)
async def test_the_header_refuses_keys_that_have_no_effect_there(
    twin: TwinUser, fault: dict[str, Any], reason: str
) -> None:
    refused = await _ask(twin, **{"X-Twin-Fault": json.dumps(fault)})
    assert refused.status_code == 422 and reason in refused.json()["errors"]
    assert [each["fault"] for each in (await twin.ask("GET", "/requests"))["requests"]] == [None]


async def test_the_header_refuses_effects_that_the_endpoint_cannot_have(twin: TwinUser) -> None:
    headers = {"X-Shopify-Access-Token": TOKEN, "X-Twin-Fault": '{"throttled": true}'}
    refused = await twin.client.get("/admin/api/2026-10/checkouts/count.json", headers=headers)
    assert refused.json()["errors"] == 'X-Twin-Fault: "throttled" never happens at "rest". It is for: graphql.'
    headers["X-Twin-Fault"] = '{"first": [{"path": "/reset"}]}'
    refused = await twin.client.get("/admin/api/2026-10/checkouts/count.json", headers=headers)
    assert refused.json()["errors"].startswith('X-Twin-Fault: "first" is not possible in the header.')
    own = await twin.client.post("/__twin/checkouts", headers=headers)
    assert own.status_code == 422 and "requests to /__twin have no faults" in own.json()["errors"]
    assert await twin.count() == 0


async def test_rows_can_change_between_two_pages(twin: TwinUser) -> None:
    for _ in range(3):
        await twin.checkout()
    await _faults(
        twin, {"operation": "page", "nth": 2, "first": [{"path": "/checkouts", "body": {"state": "abandoned"}}]}
    )
    page = "query page{abandonedCheckouts(first:10){nodes{id}}}"
    counts = [len((await _ask(twin, page)).json()["data"]["abandonedCheckouts"]["nodes"]) for _ in range(3)]
    assert counts == [3, 4, 4]


async def test_the_journal_names_the_fault(twin: TwinUser) -> None:
    await _faults(twin, {"name": "maintenance", "status": 503})
    await _ask(twin)
    (entry,) = (await twin.ask("POST", "/requests/find", {"fault": "maintenance"}))["requests"]
    assert entry["status"] == 503


async def test_a_snapshot_has_the_faults_and_their_counts(twin: TwinUser) -> None:
    await _faults(twin, {"status": 503, "nth": [2]})
    await _ask(twin)
    await twin.ask("PUT", "/snapshots/s")
    for _ in range(2):
        assert (await _ask(twin)).status_code == 503
        await twin.ask("POST", "/snapshots/s/restore")


async def test_an_app_can_be_named(twin: TwinUser) -> None:
    app = (await twin.ask("POST", "/apps", {}))["app"]
    token = (await twin.ask("POST", "/tokens", {"app": app["clientId"]}))["token"]
    await _faults(twin, {"app": app["clientId"], "status": 500})
    assert (await _ask(twin)).status_code == 200
    assert (await _ask(twin, ASK, **{"X-Shopify-Access-Token": token})).status_code == 500


class Connection:
    """A connection of a server, with its transport."""

    def __init__(self) -> None:
        self.transport, self.is_aborted = self, False

    def get_extra_info(self, _name: str) -> None:
        return None

    def abort(self) -> None:
        self.is_aborted = True

    async def send(self, _message: Message) -> None:
        raise AssertionError("nothing is sent")


async def test_a_reset_reaches_the_connection_of_a_request_that_is_logged() -> None:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        raise faulty_requests._lost(send)

    async def receive() -> Message:
        raise AssertionError("nothing is read")

    connection = Connection()
    with pytest.raises(faulty_requests.LostConnectionError):
        await RequestObserver(lambda: "1")(app, {"method": "GET", "path": "/"}, receive, connection.send)
    assert connection.is_aborted
