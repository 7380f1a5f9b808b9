"""JSON responses, and refusals in the form of a dialect."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from abandoned_checkouts.http_kit.bodies import BodyReader
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.http_kit.responses import body_refusals, json_response, with_refusals

BODIES = BodyReader(1024, body_refusals("1 KiB"))


async def double(request: Request) -> Response:
    body = BODIES.json_object(await BODIES.read(request))
    if "number" not in body:
        raise RefusedError(422, "number is missing")
    return json_response({"double": 2 * body["number"]}, 201, {"Cache-Control": "no-store"})


APP = Starlette(
    routes=[
        Route("/own", with_refusals(double), methods=["POST"]),
        Route(
            "/text",
            with_refusals(double, lambda refusal: PlainTextResponse(str(refusal.message), refusal.status)),
            methods=["POST"],
        ),
    ]
)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "body", "status", "text"),
    [
        ("/own", b'{"number": 2}', 201, '{"double":4}'),
        ("/own", b"{}", 422, '{"errors":"number is missing"}'),
        ("/own", b"[]", 422, '{"errors":"The body must be a JSON object."}'),
        ("/own", b" " * 1025, 413, '{"errors":"The body is larger than 1 KiB."}'),
        ("/text", b"{}", 422, "number is missing"),
    ],
)
async def test_responses(path: str, body: bytes, status: int, text: str) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(APP), base_url="http://server") as http:
        response = await http.post(path, content=body)
    assert (response.status_code, response.text) == (status, text)
    assert response.headers.get("cache-control") == ("no-store" if status == 201 else None)
