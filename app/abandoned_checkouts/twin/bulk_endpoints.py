"""`/__twin/bulk`: sets when bulk operations run. The format is that of moto's state transitions."""

from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.checkouts.whole_number import whole_number
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.http_kit.responses import json_response
from abandoned_checkouts.store.tenants.bulk_operations import let_operation_run
from abandoned_checkouts.twin.bulk_pace import PROGRESS
from abandoned_checkouts.twin.controls import Controls, body_of, known_keys, shop_of
from abandoned_checkouts.twin.durations import DurationError, duration_of
from abandoned_checkouts.twin.nearest import nearest


async def show(_: Request, controls: Controls) -> Response:
    pace = controls.bulk
    return json_response({"progress": pace.progress, "afterMillis": pace.delay // 1000})


async def change(request: Request, controls: Controls) -> Response:
    """`{"progress": "immediate" | "manual"}` or `{"progress": "timed", "after": "10 minutes"}`."""
    body = await body_of(request)
    known_keys(body, ("progress", "after"))
    progress = body.get("progress")
    if progress not in PROGRESS:
        raise RefusedError(422, f'"progress" is {progress!r}.{nearest(str(progress), PROGRESS)}')
    if (progress == "timed") != ("after" in body):
        raise RefusedError(422, '"after" belongs to "timed": {"progress": "timed", "after": "10 minutes"}.')
    try:
        delay = duration_of(str(body["after"])) if progress == "timed" else 0
    except DurationError as problem:
        raise RefusedError(422, str(problem)) from None
    controls.bulk.progress, controls.bulk.delay = progress, delay
    return await show(request, controls)


async def run(request: Request, controls: Controls) -> Response:
    """Run a waiting operation now. It is identified by number or GID."""
    name, body = request.path_params["operation_id"], await body_of(request)
    known_keys(body, ("shop",))
    number = whole_number(name.rpartition("/")[2])
    async with controls.database.begin() as connection:
        shop = await shop_of(connection, body.get("shop"))
        waits = number is not None and await let_operation_run(connection, shop, number)
    if number is None or not waits:
        raise RefusedError(404, f'{shop.domain} has no waiting bulk operation "{name[:100]}".')
    controls.bulk.released.add(number)
    await controls.travel.settle()
    return json_response({"status": "released"})
