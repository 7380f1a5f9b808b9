"""`/__twin/scenarios`: incidents by name, to start, continue and stop."""

import orjson
from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.http_kit.responses import json_response
from abandoned_checkouts.twin.asgi_call import call
from abandoned_checkouts.twin.controls import Controls, body_of, known_keys, missing, shop_of
from abandoned_checkouts.twin.fault_rules import fault_rule
from abandoned_checkouts.twin.scenarios.collection import Scenario, Stage, at, scenarios
from abandoned_checkouts.twin.scenarios.running import Run


async def list_all(_: Request, controls: Controls) -> Response:
    return json_response({"scenarios": [_described(each, controls) for each in scenarios().values()]})


async def show(request: Request, controls: Controls) -> Response:
    return json_response({"scenario": _described(_named(request), controls)})


async def start(request: Request, controls: Controls) -> Response:
    """Start the scenario, or with `{"stage": 2}` continue with its next stage. `shop` is the shop of its checkouts."""
    scenario, body = _named(request), await body_of(request)
    known_keys(body, ("stage", "shop"))
    number = body.get("stage", 1)
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= len(scenario.stages):
        raise RefusedError(422, f'"stage" must be a whole number from 1 to {len(scenario.stages)}.')
    before = controls.scenarios.runs.get(scenario.name)
    if number > 1 and (before is None or before.stage != number - 1):
        raise RefusedError(409, f"Start stage {number - 1} of {scenario.name} first.")
    async with controls.database.read() as connection:
        shop = await shop_of(connection, body.get("shop", before.shop if before is not None and number > 1 else None))
    run = Run(number, before.began if before is not None and number > 1 else controls.clock(), shop.domain)
    _stop(scenario, controls)
    await _begin(request, controls, scenario, scenario.stages[number - 1], run)
    controls.scenarios.runs[scenario.name] = run
    return json_response({"scenario": _described(scenario, controls)})


async def stop(request: Request, controls: Controls) -> Response:
    """Delete the scenario's faults. Checkouts and the clock are not changed; a snapshot can restore them."""
    scenario = _named(request)
    described = _described(scenario, controls)
    _stop(scenario, controls)
    return json_response({"scenario": {**described, "stage": None}})


def _named(request: Request) -> Scenario:
    name, known = request.path_params["name"], scenarios()
    if name not in known:
        raise missing("scenario", name, known)
    return known[name]


def _described(scenario: Scenario, controls: Controls) -> UntypedJson:
    """`applied` counts how often the faults of the present stage have happened."""
    run = controls.scenarios.runs.get(scenario.name)
    rules = [rule for rule in controls.faults.rules if rule.name == scenario.name]
    return {
        **scenario.described(),
        "stage": None if run is None else run.stage,
        "faults": [rule.described() for rule in rules],
        "applied": sum(rule.applied for rule in rules),
    }


def _stop(scenario: Scenario, controls: Controls) -> None:
    controls.faults.rules = [rule for rule in controls.faults.rules if rule.name != scenario.name]
    controls.scenarios.runs.pop(scenario.name, None)


async def _begin(request: Request, controls: Controls, scenario: Scenario, stage: Stage, run: Run) -> None:
    for operation in at([*stage.operations], run.began):
        method, path = operation.get("method", "POST"), operation["path"]
        status, answer = await call(request.app, method, f"/__twin{path}", _for_shop(operation, run))
        if status >= 400:
            reason = orjson.loads(answer).get("errors")
            raise RefusedError(status, f"{scenario.name}: {method} {path} failed: {reason}")
    now = controls.clock()
    for source in at([*stage.faults], run.began):
        first = [{**each, "body": _for_shop(each, run)} for each in source.get("first", ())]
        rule = {**source, "name": scenario.name, **({"first": first} if first else {})}
        controls.faults.rules = [*controls.faults.rules, fault_rule(rule, now)]


def _for_shop(operation: UntypedJson, run: Run) -> UntypedJson:
    """The body of an operation; checkouts are those of the scenario's shop."""
    body = dict(operation.get("body") or {})
    return {**body, "shop": run.shop} if operation["path"].startswith("/checkouts") else body
