"""`/__twin/clock`: read the clock, freeze it, move it forward, let it run on."""

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
from abandoned_checkouts.twin.travel import Journey, TravelUnderWayError

ACTIONS = ("freeze", "advance", "run", "reset", "cancel")
_BACK = RefusedError(
    409, "The clock does not go back. Restore a snapshot, or POST /__twin/reset to return to the start of the server."
)


async def show(_: Request, controls: Controls) -> Response:
    """Returns the clock, and the current or last jump."""
    return json_response(_state(controls))


async def change(request: Request, controls: Controls) -> Response:
    """`{"action": "freeze" | "advance" | "run" | "reset" | "cancel"}`."""
    body = await body_of(request)
    known_keys(body, ("action", "instant", "duration", "durationMillis"))
    action = body.get("action")
    if action not in ACTIONS:
        raise RefusedError(422, f'"action" is {action!r}.{nearest(str(action), ACTIONS)}')
    try:
        if action == "advance":
            journey = await controls.travel.to(_target(body, controls.clock()))
            return json_response({**_state(controls), "ran": _ran(journey)})
        if action == "freeze":
            controls.clock.freeze(_instant(body))
        elif action == "run":
            controls.clock.run()
        elif action == "reset":
            controls.clock.reset()
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


def _ran(journey: Journey) -> UntypedJson:
    return {
        "total": dict(journey.ran),
        "moments": [{"instant": format_microseconds(moment), **ran} for moment, ran in journey.moments],
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
        return _instant(body) or now
    value = body[named[0]]
    if named == ["durationMillis"]:
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value * 1000 <= LONGEST:
            raise RefusedError(422, '"durationMillis" must be a whole number of milliseconds, 100 years at most.')
        return now + value * 1000
    try:
        return now + duration_of(str(value))
    except DurationError as problem:
        raise RefusedError(422, str(problem)) from None
