"""`/__twin/faults`: adds, lists and deletes faults. The format is that of LocalStack's chaos API."""

from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.http_kit.responses import json_response
from abandoned_checkouts.twin.controls import BODIES, Controls, known_keys, missing
from abandoned_checkouts.twin.fault_rules import FaultError, FaultRule, fault_rule
from abandoned_checkouts.twin.twin_callers import domain_in

MOST = 1000


async def list_all(_: Request, controls: Controls) -> Response:
    return json_response({"faults": [rule.described() for rule in controls.faults.rules]})


async def replace_all(request: Request, controls: Controls) -> Response:
    """The body replaces all faults."""
    controls.faults.rules = await _rules(request, controls)
    return await list_all(request, controls)


async def add(request: Request, controls: Controls) -> Response:
    """The body is added after the other faults."""
    added = await _rules(request, controls)
    if len(controls.faults.rules) + len(added) > MOST:
        raise RefusedError(422, f"There can be {MOST} faults at most.")
    controls.faults.rules = [*controls.faults.rules, *added]
    return await list_all(request, controls)


async def remove(request: Request, controls: Controls) -> Response:
    """Delete all faults, or those with the name in the URL."""
    given = dict(request.query_params)
    known_keys(given, ("name",))
    rules, name = controls.faults.rules, given.get("name")
    kept = [] if name is None else [rule for rule in rules if rule.name != name]
    if name is not None and len(kept) == len(rules):
        raise missing("fault", name, {rule.name for rule in rules})
    controls.faults.rules = kept
    return json_response({"deleted": len(rules) - len(kept)})


async def _rules(request: Request, controls: Controls) -> list[FaultRule]:
    source = BODIES.json(await BODIES.read(request) or b"[]")
    if isinstance(source, dict):
        source = source["faults"] if list(source) == ["faults"] else [source]
    if not isinstance(source, list) or len(source) > MOST:
        raise RefusedError(422, f"The body must be a fault, or a list of {MOST} faults at most.")
    now = controls.clock()
    try:
        rules = [fault_rule(each, now, f"Fault {place}: ") for place, each in enumerate(source, 1)]
    except FaultError as problem:
        raise RefusedError(422, str(problem)) from None
    # The operations run without a token, so they could do what this token may not.
    if domain_in(request) is not None and any(rule.effect("first") for rule in rules):
        raise RefusedError(403, 'Add a fault with "first" without an access token.')
    return rules
