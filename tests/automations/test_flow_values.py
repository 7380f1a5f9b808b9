"""Values of a flow in messages, and mappings with fixed keys."""

from datetime import date

import pytest

from abandoned_checkouts.automations.flow_errors import FlowError, Place
from abandoned_checkouts.automations.flow_values import mapping_of, shown


def test_a_message_shows_simple_values_and_the_type_of_others() -> None:
    assert [shown(each) for each in ("a", 1, True, [1])] == ["'a'", "1", "True", "[1]"]
    assert shown(date(2026, 1, 2)) == "date" and shown(None) == "NoneType"
    assert len(shown("x" * 1_000)) < 50


@pytest.mark.parametrize(("unknown", "counted"), [(1, ""), (2, "(and 1 more keys are unknown)"), (3, "(and 2 more ")])
def test_the_first_unknown_key_is_named_and_the_others_are_counted(unknown: int, counted: str) -> None:
    source = {f"key{number}": number for number in range(unknown)}
    with pytest.raises(FlowError) as refused:
        mapping_of(source, Place(("step",)), ["send_email"])
    assert "key0 is unknown" in str(refused.value) and counted in str(refused.value)
    assert ("more keys" in str(refused.value)) == (unknown > 1)
