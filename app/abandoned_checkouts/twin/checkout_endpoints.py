"""`/__twin/checkouts`: creates a checkout in any state, and does something with an existing one."""

from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.checkouts.checkout_record import CheckoutRecord
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.lifecycle import rules_of, state_of
from abandoned_checkouts.checkouts.moment import format_utc
from abandoned_checkouts.checkouts.recovery_link import link_of
from abandoned_checkouts.checkouts.rejected import RejectedRecordError
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.whole_number import whole_number
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.http_kit.request_headers import address_of
from abandoned_checkouts.http_kit.responses import json_response
from abandoned_checkouts.shopify.formats.rest_parts import unknown_fields
from abandoned_checkouts.shopify.values.gid import gid
from abandoned_checkouts.store.checkouts.known_records import find_known
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.twin.checkout_states import ACTIONS, STATES, LifeError, make_checkout
from abandoned_checkouts.twin.controls import Controls, body_of, known_keys, missing, shop_of
from abandoned_checkouts.twin.durations import DurationError, duration_of
from abandoned_checkouts.twin.nearest import nearest
from abandoned_checkouts.twin.twin_callers import shop_named
from abandoned_checkouts.twin.unlikely_values import unlikely_value

# The twin's own fields of a new checkout.
_OWN = ("shop", "state", "ago")


async def create(request: Request, controls: Controls) -> Response:
    """Create a checkout. The body is the JSON of `/intake/checkouts`, with `state` and `ago`. Responds with ids and
    links."""
    own, checkout = _parts(await body_of(request))
    state = "abandoned" if own["state"] is None else own["state"]
    if state not in STATES:
        raise RefusedError(422, f'"state" is {state!r}.{nearest(str(state), STATES)}')
    now = controls.clock()
    try:
        ago = None if own["ago"] is None else duration_of(str(own["ago"]))

        async def make(connection: Connection) -> tuple[Shop, CheckoutRecord]:
            shop = await shop_of(connection, shop_named(request, own["shop"]))
            return shop, await make_checkout(connection, shop, checkout, state, ago, now)

        shop, known = await controls.database.write(make)
    except (DurationError, LifeError, RejectedRecordError) as problem:
        raise RefusedError(422, f"{problem}") from None
    controls.travel.wake()
    return json_response({"checkout": _described(request, controls, shop, known, now)}, 201)


def _parts(body: UntypedJson) -> tuple[UntypedJson, UntypedJson]:
    """The twin's own fields, and the checkout beside or below them. Raises RefusedError for an unknown field.

    /intake/checkouts keeps unknown fields of a checkout, so those in `checkout` stay. Beside the twin's own fields, an
    unknown one is probably a typing error.
    """
    own = {name: body.get(name) for name in _OWN}
    if "checkout" not in body:
        source = {name: body[name] for name in body if name not in _OWN}
        for place, name, part in unknown_fields(source):
            where, others = (f"of {place}", part.known) if place else ("here", {*_OWN, *part.known})
            raise RefusedError(
                422,
                f'"{name[:100]}" is not a field {where}.{nearest(name, others)} To keep a field that is unknown here, '
                'send the checkout as {"checkout": {…}, "state": …}.',
            )
        problem = unlikely_value(source)
        if problem is not None:
            raise RefusedError(422, f'{problem} To have it so, send the checkout as {{"checkout": {{…}}, "state": …}}.')
        return own, source
    known_keys(body, ("checkout", *_OWN))
    checkout = body["checkout"]
    if not isinstance(checkout, dict):
        raise RefusedError(422, '"checkout" must be a JSON object.')
    for name in _OWN:
        if name in checkout:
            raise RefusedError(422, f'"{name}" is not a field of a checkout. Write it beside "checkout".')
    return own, dict(checkout)


async def act(request: Request, controls: Controls) -> Response:
    """Complete, recover, close, visit or delete a checkout, identified by id, GID or token."""
    action, checkout = request.path_params["action"], request.path_params["checkout_id"]
    body = await body_of(request)
    if action not in ACTIONS:
        raise missing("action", action, ACTIONS)
    known_keys(body, ("shop",))
    now = controls.clock()

    async def change(connection: Connection) -> tuple[Shop, CheckoutRecord]:
        name = shop_named(request, body.get("shop", request.query_params.get("shop")))
        shop = await shop_of(connection, name)
        known = await _find(connection, shop, checkout)
        try:
            await ACTIONS[action](connection, shop, known, now)
        except LifeError as problem:
            raise RefusedError(409, f"{problem}") from None
        return shop, await find_known(connection, shop, token=known.checkout.token) or known

    shop, after = await controls.database.write(change)
    controls.travel.wake()
    return json_response({"checkout": _described(request, controls, shop, after, now)})


async def _find(connection: Connection, shop: Shop, name: str) -> CheckoutRecord:
    number = whole_number(name.rpartition("/")[2])
    known = await find_known(connection, shop, number=number) if number is not None else None
    known = known or await find_known(connection, shop, token=name)
    if known is None or known.state == "deleted":
        raise RefusedError(404, f'{shop.domain} has no checkout "{name[:100]}".')
    return known


def _described(request: Request, controls: Controls, shop: Shop, known: CheckoutRecord, now: int) -> UntypedJson:
    checkout = known.checkout
    state = "deleted" if known.state == "deleted" else state_of(checkout, now, rules_of(shop), known.contact_at)
    moments = {"createdAt": checkout.created_at, "abandonedAt": checkout.abandoned_at, "dueAt": known.due_at}
    moments |= {"completedAt": checkout.completed_at, "recoveredAt": checkout.recovered_at}
    moments |= {"closedAt": checkout.closed_at, "lapsedAt": checkout.lapsed_at}
    address = address_of(request, controls.public_url)
    return {
        "id": checkout.id,
        "adminGraphqlApiId": gid("AbandonedCheckout", checkout.id or 0),
        "wixId": checkout.uuid,
        "token": checkout.token,
        "shop": shop.domain,
        "email": checkout.email,
        "state": state,
        "abandonedCheckoutUrl": link_of(shop, checkout, address) if known.state != "deleted" else None,
        **{name: format_utc(moment) for name, moment in moments.items() if moment is not None},
    }
