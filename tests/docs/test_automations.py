"""docs/automations.md: each flow on the page can be stored, and does what the page says."""

import re
from typing import Any

import pytest
import yaml

from abandoned_checkouts.automations.cart_conditions import CART_KEYS
from abandoned_checkouts.automations.explain import explain
from abandoned_checkouts.automations.parse_actions import ACTIONS
from abandoned_checkouts.automations.parse_conditions import ONLY_IF_KEYS
from abandoned_checkouts.automations.parse_flows import parse_flow, parse_flows
from abandoned_checkouts.automations.person_conditions import PERSON_KEYS
from abandoned_checkouts.store.search.checkout_fields import checkout_fields
from tests.places import DOCS

PAGE = (DOCS / "automations.md").read_text()
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
# The flow that completes a part of one.
REST: dict[str, Any] = {"name": "Part", "steps": ["send_email"]}


def test_all_of_the_page_is_read() -> None:
    assert len(BLOCKS) >= 6


@pytest.mark.parametrize("block", BLOCKS)
def test_each_flow_can_be_stored_and_explained(block: str) -> None:
    missing = {name: value for name, value in REST.items() if not re.search(rf"^{name}:", block, re.MULTILINE)}
    [definition] = parse_flows((yaml.safe_dump(missing) if missing else "") + block, checkout_fields(extended=True))
    text = explain(parse_flow(definition), "EUR", "Europe/Berlin")
    assert text.count("\n") >= 4 and "None" not in text


@pytest.mark.parametrize("key", [*ACTIONS, *ONLY_IF_KEYS, *CART_KEYS, *PERSON_KEYS, "wait", "wait_until", "if"])
def test_each_key_is_in_a_table(key: str) -> None:
    assert re.search(rf"^\| `(?:only_if\.)?{key}` \|", PAGE, re.MULTILINE)
