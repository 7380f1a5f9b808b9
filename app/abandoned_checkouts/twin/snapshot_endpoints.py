"""`/__twin/snapshots`, `/__twin/reset` and `/__twin/seed`: keep the state under a name and return to it."""

import asyncio
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.checkouts.moment import format_microseconds
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.http_kit.responses import json_response
from abandoned_checkouts.store.twin.seed_uses import begin_seed
from abandoned_checkouts.store.twin.whole_copy import NotSqliteError
from abandoned_checkouts.twin.controls import Controls, body_of, known_keys, missing
from abandoned_checkouts.twin.snapshots import INITIAL, Snapshot, SnapshotFileError, SnapshotNameError

_LARGEST_SEED = 2**63 - 1


async def list_all(_: Request, controls: Controls) -> Response:
    """All snapshots by name."""
    kept = controls.snapshots
    found = [(name, kept.find(name)) for name in kept.names()]
    return json_response({"snapshots": [each.described(name) for name, each in found if each is not None]})


async def take(request: Request, controls: Controls) -> Response:
    """Take a snapshot. With `{"fromFile": PATH}`, load it from a file instead."""
    name, body = request.path_params["name"], await body_of(request)
    known_keys(body, ("fromFile", "toFile"))
    try:
        if body.get("fromFile") is not None:
            snapshot = await asyncio.to_thread(controls.snapshots.load, name, Path(str(body["fromFile"])))
        else:
            snapshot = await controls.snapshots.take(name)
        if body.get("toFile") is not None:
            await asyncio.to_thread(controls.snapshots.save, snapshot, Path(str(body["toFile"])))
    except (NotSqliteError, SnapshotNameError, SnapshotFileError) as problem:
        raise RefusedError(422, _sentence(problem)) from None
    except OSError as problem:
        raise RefusedError(422, f"The file cannot be written: {problem.strerror}. Choose a new file.") from None
    return json_response({"snapshot": snapshot.described(name)}, 201)


async def show(request: Request, controls: Controls) -> Response:
    return json_response({"snapshot": _named(request, controls).described(request.path_params["name"])})


async def remove(request: Request, controls: Controls) -> Response:
    _named(request, controls)
    if request.path_params["name"] == INITIAL:
        raise RefusedError(409, f'"{INITIAL}" is the state at the start of the server. It is kept for /__twin/reset.')
    controls.snapshots.delete(request.path_params["name"])
    return Response(status_code=204)


async def restore(request: Request, controls: Controls) -> Response:
    """Return to a snapshot."""
    return await _restored(_named(request, controls), controls)


async def reset(_: Request, controls: Controls) -> Response:
    """Return to the state at the start of the server, with real time."""
    snapshot = controls.snapshots.find(INITIAL)
    if snapshot is None:
        raise RefusedError(422, "A reset needs a store in SQLite; this one is in PostgreSQL.")
    return await _restored(snapshot, controls)


async def seed(request: Request, controls: Controls) -> Response:
    """Begin the sequence of random ids and tokens again: `{"seed": 42}`."""
    body = await body_of(request)
    known_keys(body, ("seed",))
    number = body.get("seed")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= _LARGEST_SEED:
        raise RefusedError(422, f'"seed" must be a whole number from 0 to {_LARGEST_SEED}.')
    async with controls.database.begin() as connection:
        controls.random.restart(number, await begin_seed(connection, number))
    return json_response({"seed": number})


def _named(request: Request, controls: Controls) -> Snapshot:
    name = request.path_params["name"]
    snapshot = controls.snapshots.find(name)
    if snapshot is None:
        raise missing("snapshot", name, controls.snapshots.names())
    return snapshot


async def _restored(snapshot: Snapshot, controls: Controls) -> Response:
    await controls.snapshots.restore(snapshot)
    controls.travel.wake()
    return json_response({"status": "restored", "currentInstant": format_microseconds(controls.clock())})


def _sentence(problem: Exception) -> str:
    text = str(problem)
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"
