"""A flow's text is parsed into plain values; hostile YAML is refused, and cheap."""

import time
from typing import Any

import pytest

from abandoned_checkouts.automations.flow_text import LARGEST_TEXT, FlowTextError, parse_flow_text
from abandoned_checkouts.automations.parse_flows import FlowError, read_flows
from abandoned_checkouts.store.search.checkout_fields import checkout_fields
from tests.pace import slack

FLOW = "name: A\nsteps: [{wait: 1 hour}, {send_email: {}}]"
FIELDS = checkout_fields(extended=True)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a: no", {"a": "no"}),
        ("a: true", {"a": True}),
        ("a: 2026-11-29", {"a": "2026-11-29"}),
        ("a: 2026-11-29T10:00:00Z", {"a": "2026-11-29T10:00:00Z"}),
        ("<<: {a: 1}", {"<<": {"a": 1}}),
        ('{"a": [1, "é"]}', {"a": [1, "é"]}),
        ("", None),
    ],
)
def test_values_are_plain(text: str, values: Any) -> None:
    assert parse_flow_text(text) == values


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + level)}: &{chr(98 + level)} [{','.join(['*' + chr(97 + level)] * 9)}]\n" for level in range(9)
)
REFUSED = {
    "aliases that expand": (BOMB, "line 1: anchors"),
    "one alias": ("a: &x 1\nb: *x", "line 1: anchors"),
    "an alias without its anchor": ("a: *x", "line 1"),
    "a merge of an alias": ("base: &b {a: 1}\nc: {<<: *b}", "line 1: anchors"),
    "a list that holds itself": ("&a [*a]", "line 1: anchors"),
    "a Python object": ("!!python/object/apply:os.system ['true']", "line 1: tags"),
    "binary": ("a: !!binary aGk=", "line 1: tags"),
    "a set": ("a: !!set {x, y}", "line 1: tags"),
    "an ordered map": ("a: !!omap [x: 1]", "line 1: tags"),
    "a date by tag": ("a: !!timestamp 2026-11-29", "line 1: tags"),
    "a tag of the file": ("%TAG ! tag:example.com,2000:\n---\na: !x 1", "tags"),
    "deep lists": ("[" * 5_000, "line 1: nested"),
    "deep mappings": ("{a: " * 5_000, "line 1: nested"),
    "deep blocks": ("".join(f"{' ' * level}a:\n" for level in range(300)), "nested"),
    "half a surrogate pair": ('name: "\\ud800"', "line 1"),
    "a large text": ("- x\n" * LARGEST_TEXT, "the maximum is 65,536"),
    "a long line": ("a" * (LARGEST_TEXT + 1), "the maximum is 65,536"),
    "two documents": ("a: 1\n---\nb: 2", "neither YAML nor JSON"),
    "a tab": ("a:\n\t- b", "neither YAML nor JSON"),
    "a NUL": ("a: \0", "neither YAML nor JSON"),
    "a key that is a list": ("? [a]\n: b", "neither YAML nor JSON"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_text_is_refused_at_once(name: str) -> None:
    text, message = REFUSED[name]
    start = time.process_time()
    with pytest.raises(FlowTextError, match=r"^[^\n]*$") as refused:
        parse_flow_text(text)
    assert time.process_time() - start < 0.1 * slack()
    assert message in str(refused.value)
    assert len(str(refused.value)) < 400


LARGE = {
    "flat list": "- x\n" * (LARGEST_TEXT // 4),
    "flat mapping": "".join(f"k{number}: 1\n" for number in range(7_000)),
    "empty lists": "[" + "[]," * 21_000 + "]",
    "quoted texts": '- ""\n' * (LARGEST_TEXT // 5),
    "a long text": "a: " + "x" * (LARGEST_TEXT - 3),
    "comments": "#\n" * (LARGEST_TEXT // 2),
    "a large number": "name: " + "9" * 4_000,
    "a long number": "only_if: {newer_than_days: " + "9" * 60_000 + "}",
    "many unknown names": FLOW + "\n" + "".join(f"x{number}: 1\n" for number in range(5_000)),
    "an infinite amount": FLOW + "\nonly_if: {minimum_value: .inf}",
    "no number": FLOW + "\nonly_if: {minimum_value: .nan}",
    "a date as the name": "name: 2026-11-29\nsteps: 2026-11-29",
}


def message_of(text: str) -> str:
    """Why a flow is refused; empty if it is not."""
    try:
        read_flows(text, FIELDS)
    except FlowError as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize("name", LARGE)
def test_large_or_odd_flows_are_refused_or_read_cheaply(name: str) -> None:
    start = time.process_time()
    message = message_of(LARGE[name])
    taken = time.process_time() - start
    assert len(message) < 400, message[:500]
    # It runs in a thread, beside the event loop.
    assert taken < 0.5 * slack()
