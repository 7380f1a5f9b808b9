"""Stores a flow so that running flows keep their place: the steps that it already had keep their numbers."""

from functools import partial

from abandoned_checkouts.automations.flow_errors import FlowError
from abandoned_checkouts.automations.number_steps import numbers_after_edit, stored_numbers
from abandoned_checkouts.automations.parse_flows import parse_flow
from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.flows import save_flow


async def store_flow(
    connection: Connection,
    shop: Shop,
    definition: Json,
    *,
    now: int,
    number: int | None = None,
    owner_id: int | None = None,
) -> Row:
    """As `save_flow`. The definition is valid."""
    number_steps = partial(_numbers, definition)
    return await save_flow(
        connection, shop, definition, now=now, number=number, owner_id=owner_id, number_steps=number_steps
    )


def _numbers(definition: Json, known: Row | None) -> Json:
    new = parse_flow(definition)
    try:
        old = None if known is None else parse_flow(known["definition"])
    except FlowError:
        # It was stored by another version of this program, which accepts what this one does not.
        old = None
    if old is None or known is None:
        return stored_numbers(None, new).to_json()
    return numbers_after_edit(old, stored_numbers(known["step_numbers"], old), new).to_json()
