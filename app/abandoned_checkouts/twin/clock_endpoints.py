"""`/__twin/clock`: read the clock, freeze it, move it forward, let it run on."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import MomentError, format_microseconds, parse_moment
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.http_kit.responses import json_response
from abandoned_checkouts.twin.clock import BackwardsError
from abandoned_checkouts.twin.controls import Controls, body_of, known_keys
from abandoned_checkouts.twin.durations import LONGEST, DurationError, duration_of
from abandoned_checkouts.twin.nearest import nearest
from abandoned_checkouts.twin.travel import TravelUnderWayError
from abandoned_checkouts.twin.work_report import WorkReport

# The fields of each action.
ACTIONS: Mapping[str, tuple[str, ...]] = {
    "freeze": ("instant",),
    "advance": ("instant", "duration", "durationMillis"),
    "run": (),
    "reset": (),
    "cancel": (),
}
_BACK = RefusedError(
    409, "The clock does not go back. Restore a snapshot, or POST /__twin/reset to return to the start of the server."
)


async def show(_: Request, controls: Controls) -> Response:
    """Returns the clock, and the current or last jump."""
    return json_response(_state(controls))


async def change(request: Request, controls: Controls) -> Response:
    """`{"action": "freeze" | "advance" | "run" | "reset" | "cancel"}`."""
    body = await body_of(request)
    action = body.get("action")
    if not isinstance(action, str) or action not in ACTIONS:
        what = "is missing" if action is None else f"is {action!r}"
        raise RefusedError(422, f'"action" {what}.{nearest(str(action or ""), ACTIONS)}')
    known_keys(body, ("action", *ACTIONS[action]))
    now = controls.clock()
    try:
        if action == "advance":
            return await _moved(controls, _target(body, now), now)
        if action == "freeze":
            instant = _instant(body)
            return await _moved(controls, now if instant is None else instant, now)
        if action == "reset":
            return await _reset(controls, now)
        if action == "run":
            controls.travel.refuse_while_travelling()
            controls.clock.run()
        elif not controls.travel.cancel():
            raise RefusedError(409, "The clock is not advancing.")
    except BackwardsError:
        raise _BACK from None
    except TravelUnderWayError:
        raise RefusedError(
            409, 'The clock is advancing. Wait for its end, or stop it: PUT {"action": "cancel"}.'
        ) from None
    controls.travel.wake()
    return json_response(_state(controls))


async def _moved(controls: Controls, target: int, now: int) -> Response:
    """Freeze the clock, move it to `target` with all work that is due on the way, and report the work."""
    report = await controls.travel.to(target, now)
    return json_response({**_state(controls), "ran": _ran(report)})


async def _reset(controls: Controls, now: int) -> Response:
    """Move the clock to real time, with all work that is due on the way, and let it run."""
    report = await controls.travel.to(controls.clock.real(), now)
    if controls.travel.journey is None or not controls.travel.journey.cancelled:
        controls.clock.reset()
    return json_response({**_state(controls), "ran": _ran(report)})


def _state(controls: Controls) -> UntypedJson:
    now, journey = controls.clock(), controls.travel.journey
    mode = "freeze" if controls.clock.state.mode == "frozen" else "running"
    state: UntypedJson = {
        "status": mode if journey is None or journey.ended else "advancing",
        "currentInstant": format_microseconds(now),
        "currentEpochMillis": now // 1000,
    }
    if journey is not None:
        state["travel"] = {
            "from": format_microseconds(journey.start),
            "to": format_microseconds(journey.target),
            "steps": journey.steps,
            "status": "cancelled" if journey.cancelled else "ready" if journey.ended else "advancing",
        }
    return state


def _ran(report: WorkReport) -> UntypedJson:
    """Kinds of work are sorted by name: their order must not depend on which ran first."""
    return {
        "total": dict(sorted(report.total.items())),
        "moments": [
            {"instant": format_microseconds(moment), **dict(sorted(ran.items()))} for moment, ran in report.moments
        ],
    }


def _instant(body: UntypedJson) -> int | None:
    text = body.get("instant")
    if text is None:
        return None
    try:
        return parse_moment(str(text))
    except MomentError:
        raise RefusedError(422, f'"instant" is {text!r}. Write, for example, "2026-12-01T09:00:00Z".') from None


def _target(body: UntypedJson, now: int) -> int:
    named = [name for name in ("duration", "durationMillis", "instant") if body.get(name) is not None]
    if len(named) != 1:
        raise RefusedError(422, 'Name one of "duration", "durationMillis" and "instant".')
    if named == ["instant"]:
        instant = _instant(body)
        return now if instant is None else instant
    value = body[named[0]]
    if named == ["durationMillis"]:
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value * 1000 <= LONGEST:
            raise RefusedError(422, '"durationMillis" must be a whole number of milliseconds, 100 years at most.')
        return now + value * 1000
    try:
        return now + duration_of(str(value))
    except DurationError as problem:
        raise RefusedError(422, str(problem)) from None
