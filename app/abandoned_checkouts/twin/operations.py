"""Every operation of `/__twin`, declared once: routes and the OpenAPI description are made from this table."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from abandoned_checkouts.checkouts.settings import SETTINGS
from abandoned_checkouts.shopify.permissions.rate_limits import PLANS
from abandoned_checkouts.twin import (
    bulk_endpoints,
    checkout_endpoints,
    clock_endpoints,
    fault_endpoints,
    journal_endpoints,
    scenario_endpoints,
    snapshot_endpoints,
    tenant_endpoints,
)
from abandoned_checkouts.twin.bulk_pace import PROGRESS
from abandoned_checkouts.twin.checkout_states import ACTIONS, STATES
from abandoned_checkouts.twin.controls import TwinHandler
from abandoned_checkouts.twin.fault_keys import MEANINGS
from abandoned_checkouts.twin.journal import KINDS
from abandoned_checkouts.twin.journal_filters import FILTERS

Schema = Mapping[str, object]

_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "integer"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_DURATION: Schema = {"type": "string", "examples": ["3 days", "2 hours 30 minutes"]}
_INSTANT: Schema = {"type": "string", "format": "date-time"}
_SHOP: Schema = {"type": "string", "description": "Domain of the shop. Default: the only shop, else the demo shop."}


def _choice(names: tuple[str, ...]) -> Schema:
    return {"type": "string", "enum": list(names)}


@dataclass(frozen=True, slots=True)
class TwinOperation:
    """`path` is below /__twin. `body` are the properties of the JSON object that the operation accepts."""

    method: str
    path: str
    handler: TwinHandler
    summary: str
    body: Mapping[str, Schema] = field(default_factory=dict)
    status: int = 200
    # Whether the body has other properties, too: a checkout in the JSON of /intake/checkouts.
    is_open: bool = False
    # Whether all work that is due now runs first: the response would otherwise depend on how far it was, or the change
    # would apply to some of it.
    settles: bool = False


# A fault has these keys: see docs/testing.md.
_FAULT: Mapping[str, Schema] = {
    "faults": {"type": "array", "items": {"type": "object"}},
    **{name: {"description": meaning} for name, meaning in MEANINGS.items()},
}


def _journal(kind: str) -> list[TwinOperation]:
    """The operations of one kind of entries."""
    filters: dict[str, Schema] = dict.fromkeys(FILTERS[kind], _TEXT)
    return [
        TwinOperation(
            "GET",
            f"/{kind}",
            journal_endpoints.list_entries,
            f"List {kind}. In the URL: filters, `limit`, `after` (an id), `since` (an instant), `waitMillis` (for the "
            "next one), `bodies=false` (without headers, bodies and texts).",
        ),
        TwinOperation("POST", f"/{kind}/find", journal_endpoints.find, f"Find {kind}.", filters, settles=True),
        TwinOperation("POST", f"/{kind}/count", journal_endpoints.count, f"Count {kind}.", filters, settles=True),
        TwinOperation(
            "POST",
            f"/{kind}/wait-for-count",
            journal_endpoints.wait_for_count,
            f"Wait until so many {kind} fit.",
            {"count": _NUMBER, "timeoutMillis": _NUMBER, **filters},
        ),
        TwinOperation("GET", f"/{kind}/{{id}}", journal_endpoints.show, f"Show one of the {kind} completely."),
        TwinOperation(
            "DELETE",
            f"/{kind}",
            journal_endpoints.delete,
            f"Delete {kind}; filters are in the URL.",
            settles=True,
        ),
    ]


OPERATIONS: list[TwinOperation] = [
    TwinOperation("GET", "/clock", clock_endpoints.show, "Read the clock and the progress of a jump."),
    TwinOperation(
        "PUT",
        "/clock",
        clock_endpoints.change,
        "Freeze the clock, advance it, let it run on, return to real time, or cancel a jump.",
        {
            "action": _choice(tuple(clock_endpoints.ACTIONS)),
            "instant": _INSTANT,
            "duration": _DURATION,
            "durationMillis": _NUMBER,
        },
    ),
    TwinOperation(
        "POST",
        "/checkouts",
        checkout_endpoints.create,
        "Make a checkout in any state, with the fields of a checkout of /intake/checkouts. Without a contact or lines "
        "it gets an e-mail address and one line. An unknown field is refused, except in `checkout`.",
        {
            "state": _choice(STATES),
            "ago": _DURATION,
            "shop": _SHOP,
            "checkout": {"type": "object", "description": "The whole checkout, instead of its fields."},
        },
        201,
        is_open=True,
    ),
    TwinOperation(
        "POST",
        "/checkouts/{checkout_id:path}/{action}",
        checkout_endpoints.act,
        f"Let something happen to a checkout, named by id, GID or token: {', '.join(ACTIONS)}.",
        {"shop": _SHOP},
    ),
    TwinOperation("GET", "/shops", tenant_endpoints.list_shops, "List the shops."),
    TwinOperation(
        "POST",
        "/shops",
        tenant_endpoints.new_shop,
        "Create a shop.",
        {"domain": _TEXT, "currency": _TEXT, "timezone": _TEXT, "platform": _TEXT, "name": _TEXT},
        201,
    ),
    TwinOperation(
        "PUT",
        "/shops/{domain}",
        tenant_endpoints.change_shop,
        "Change settings of a shop. `plan` sets its rate limits, `status` how the Admin API responds, and "
        "`extended_search` whether its searches can use this server's own fields.",
        {
            "plan": _choice(tuple(PLANS)),
            "extended_search": {"type": "boolean"},
            **{name: {"description": setting.help} for name, setting in SETTINGS.items()},
        },
        settles=True,
    ),
    TwinOperation(
        "POST",
        "/apps",
        tenant_endpoints.new_app,
        "Install an app. Returns its client id and secret.",
        {
            "shop": _SHOP,
            "title": _TEXT,
            "scopes": _TEXTS,
            "kind": _choice(("admin", "custom", "public")),
            "approve": _TEXTS,
            "redirectUrls": _TEXTS,
            "clientId": _TEXT,
            "clientSecret": _TEXT,
            "createdAt": _INSTANT,
        },
        201,
    ),
    TwinOperation(
        "POST",
        "/tokens",
        tenant_endpoints.new_token,
        "Create an access token. With `user`, it is an online token.",
        {
            "shop": _SHOP,
            "app": {"type": "string", "description": "Client id of the app. Default: a new app."},
            "scopes": _TEXTS,
            "expiresIn": _DURATION,
            "user": _NUMBER,
            "permissions": _TEXTS,
        },
        201,
    ),
    TwinOperation("GET", "/snapshots", snapshot_endpoints.list_all, "List the snapshots."),
    TwinOperation(
        "PUT",
        "/snapshots/{name}",
        snapshot_endpoints.take,
        "Take a snapshot of the whole state, or load one from a file. `toFile` also saves it.",
        {"fromFile": _TEXT, "toFile": _TEXT},
        201,
    ),
    TwinOperation("GET", "/snapshots/{name}", snapshot_endpoints.show, "Describe a snapshot."),
    TwinOperation("DELETE", "/snapshots/{name}", snapshot_endpoints.remove, "Delete a snapshot.", status=204),
    TwinOperation("POST", "/snapshots/{name}/restore", snapshot_endpoints.restore, "Return to a snapshot."),
    TwinOperation("POST", "/reset", snapshot_endpoints.reset, "Return to the state at the start of the server."),
    TwinOperation(
        "POST",
        "/seed",
        snapshot_endpoints.seed,
        "Begin the sequences of random ids and tokens again. If the store has used the seed before, the values are "
        "others, because no id is created twice. For the same values, restore a snapshot or reset first.",
        {"seed": _NUMBER},
        settles=True,
    ),
    TwinOperation(
        "GET", "/faults", fault_endpoints.list_all, "List the faults; each says how often it applied.", settles=True
    ),
    TwinOperation(
        "POST",
        "/faults",
        fault_endpoints.replace_all,
        "Replace all faults. The body is one fault, a list of faults, or an object with a list as `faults`; `[]` "
        "switches them off.",
        _FAULT,
        settles=True,
    ),
    TwinOperation("PATCH", "/faults", fault_endpoints.add, "Add faults after the others.", _FAULT, settles=True),
    TwinOperation(
        "DELETE",
        "/faults",
        fault_endpoints.remove,
        "Delete all faults, or in the URL those with a `name`.",
        settles=True,
    ),
    TwinOperation("GET", "/scenarios", scenario_endpoints.list_all, "List the incidents that can be repeated."),
    TwinOperation("GET", "/scenarios/{name}", scenario_endpoints.show, "Describe an incident and its present stage."),
    TwinOperation(
        "POST",
        "/scenarios/{name}",
        scenario_endpoints.start,
        "Start an incident, or continue with its next stage.",
        {"stage": _NUMBER, "shop": _SHOP},
        settles=True,
    ),
    TwinOperation(
        "DELETE",
        "/scenarios/{name}",
        scenario_endpoints.stop,
        "Stop an incident: delete its faults. Checkouts and the clock stay as they are.",
        settles=True,
    ),
    TwinOperation("GET", "/bulk", bulk_endpoints.show, "How bulk operations progress."),
    TwinOperation(
        "PUT",
        "/bulk",
        bulk_endpoints.change,
        "Let bulk operations run at once, after a time, or when they are released.",
        {"progress": _choice(PROGRESS), "after": _DURATION},
        settles=True,
    ),
    TwinOperation(
        "POST",
        "/bulk/{operation_id:path}/run",
        bulk_endpoints.run,
        "Let a bulk operation that waits run now.",
        {"shop": _SHOP},
        # An operation waits after the first work on it.
        settles=True,
    ),
    *(operation for kind in KINDS for operation in _journal(kind)),
    TwinOperation(
        "GET",
        "/requests/{id}/{form}",
        journal_endpoints.copy,
        f"A request as text to run again: {' or '.join(journal_endpoints.COPIES)}.",
    ),
]
