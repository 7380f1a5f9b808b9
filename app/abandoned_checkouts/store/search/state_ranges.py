"""Conditions on the states of a checkout as ranges of the index of states, for store/reading/state_pages."""

from collections.abc import Sequence
from itertools import product

from abandoned_checkouts.store.reading.pages import StateSearch
from abandoned_checkouts.store.search.checkout_fields import SHOPIFY_FIELDS
from abandoned_checkouts.store.search.conditions import ConditionWriter
from search_syntax import meaning as m

# The columns of the index of states, in its order, and all values of each.
STATES = {
    name: next(field.values for field in SHOPIFY_FIELDS if field.name == name)
    for name in ("email_state", "status", "recovery_state")
}
# The states whose index is in the order of the ids for each value.
_SORTED_BY_ID = ({"status"}, {"recovery_state"})


def state_search(writer: ConditionWriter, nodes: Sequence[m.Expression]) -> StateSearch | None:
    """The search of a list whose conditions are `nodes`, all of which must be true. None if others than states are
    compared, or if an index of a single state has the order of the list."""
    states = [_states_of(node) for node in nodes]
    names = {name for name, _ in filter(None, states)}
    if not writer.sqlite or not all(states) or (names in _SORTED_BY_ID and writer.order == "id"):
        return None
    ranges = state_ranges(writer, nodes)
    return StateSearch(ranges, tuple(writer.parameters)) if ranges else None


def state_ranges(writer: ConditionWriter, nodes: Sequence[m.Expression]) -> tuple[str, ...]:
    """A condition for each combination of states for which the conditions on states among `nodes` are true. Empty if
    there are no such conditions, or no combination."""
    values = dict(STATES)
    found = [states for states in map(_states_of, nodes) if states]
    for name, wanted in found:
        values[name] = tuple(value for value in values[name] if value in wanted)
    if not found:
        return ()
    return tuple(
        " AND ".join(
            f"abandoned_checkouts.{name} = {writer.given(value)}" for name, value in zip(values, states, strict=True)
        )
        for states in product(*values.values())
    )


def _states_of(node: m.Expression) -> tuple[str, frozenset[object]] | None:
    """The column and the values of a condition on one state, such as `email_state:sent` or `email_state:sent,not_sent`.
    None for any other condition."""
    parts = node.parts if isinstance(node, m.AnyOf) else (node,)
    found = [part for part in parts if isinstance(part, m.OneOf) and part.field in STATES]
    if len(found) < len(parts) or len({part.field for part in found}) != 1:
        return None
    return found[0].field, frozenset(value for part in found for value in part.values)
