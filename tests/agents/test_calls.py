"""The messages of refused and broken requests."""

from typing import Any

import httpx
import pytest

from abandoned_checkouts.agents.calls import CallError, Calls, messages_of

COST = {
    "requestedQueryCost": 500,
    "throttleStatus": {"maximumAvailable": 2000, "currentlyAvailable": 90, "restoreRate": 100},
}
THROTTLED = {
    "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
    "extensions": {"cost": COST},
}


def calls(response: httpx.Response, *, twin: bool = False) -> Calls:
    client = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: response), base_url="http://test")
    return Calls(client, "token", "2026-10", twin=twin)


@pytest.mark.parametrize("twin", [False, True])
async def test_a_throttled_query_says_how_long_to_wait(twin: bool) -> None:
    with pytest.raises(CallError) as refused:
        await calls(httpx.Response(200, json=THROTTLED), twin=twin).graphql("{ shop { name } }")
    text = str(refused.value)
    assert text.startswith("Throttled: the query costs 500 points; 90 of 2000 points are available")
    assert "Try again after 5 seconds." in text and ("set_faults" in text) is twin


@pytest.mark.parametrize(
    ("response", "message"),
    [
        (httpx.Response(422, json={"errors": "Wrong."}), "Wrong."),
        (httpx.Response(404), "Status 404."),
        (httpx.Response(503, text="Busy"), "The server responded with status 503: Busy"),
        (httpx.Response(200, text='{"a":'), "The response is not complete JSON (5 bytes)."),
    ],
)
async def test_a_refusal_is_the_servers_own_reason(response: httpx.Response, message: str) -> None:
    with pytest.raises(CallError) as refused:
        await calls(response).send("GET", "/control/settings")
    assert str(refused.value) == message


async def test_extensions_are_returned_with_the_data() -> None:
    answer: dict[str, Any] = {"data": {"a": 1}, "errors": [], "extensions": {"cost": 1}}
    found = await calls(httpx.Response(200, json=answer)).graphql("{ a }")
    assert found == {"data": {"a": 1}, "extensions": {"cost": 1}}


def test_messages_are_not_repeated() -> None:
    assert messages_of([{"message": "A."}, {"message": "A."}, "B."]) == "A. B."
    assert messages_of(None) == "" and messages_of("No.") == "No."


def test_a_message_does_not_repeat_long_input() -> None:
    assert messages_of(f"Field '{'x' * 5000}' is unknown") == f"Field '{'x' * 199}… is unknown"
    assert messages_of("word " * 5000) == f"{'word ' * 200}…"
