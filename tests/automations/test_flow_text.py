"""A flow's text is parsed to plain values. Hostile YAML is rejected, and takes little time."""

from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from abandoned_checkouts.automations import flow_text
from abandoned_checkouts.automations.flow_errors import FlowError
from abandoned_checkouts.automations.flow_text import LARGEST_TEXT, FlowTextError, flow_text_of, parse_flow_text
from abandoned_checkouts.automations.parse_flows import parse_flows
from abandoned_checkouts.store.search.checkout_fields import checkout_fields
from tests.pace import Pace

FLOW = "name: A\nsteps: [{wait: 1 hour}, {send_email: {}}]"
FIELDS = checkout_fields(extended=True)
DEEP_JSON = '["\\ud83d\\uded2", ' + "[" * 20 + "]" * 21


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a: no", {"a": "no"}),
        ("a: true", {"a": True}),
        ("a: 2026-11-29", {"a": "2026-11-29"}),
        ("a: 2026-11-29T10:00:00Z", {"a": "2026-11-29T10:00:00Z"}),
        ("<<: {a: 1}", {"<<": {"a": 1}}),
        ('{"a": [1, "é"]}', {"a": [1, "é"]}),
        # JSON from json.dumps or json_encode: a character beyond U+FFFF is two escapes.
        ('{"subject": "Your cart \\ud83d\\uded2 is \\u00e0 toi"}', {"subject": "Your cart 🛒 is à toi"}),
        ('{"subject": "\\uD83D\\uDED2"}', {"subject": "🛒"}),
        ("subject: Your cart 🛒", {"subject": "Your cart 🛒"}),
        # In YAML without quotes a backslash is a backslash.
        (r"subject: \ud83d\uded2", {"subject": r"\ud83d\uded2"}),
        ("", None),
    ],
)
def test_values_are_plain(text: str, values: Any) -> None:
    assert parse_flow_text(text).value == values


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + level)}: &{chr(98 + level)} [{','.join(['*' + chr(97 + level)] * 9)}]\n" for level in range(9)
)
REJECTED = {
    "aliases that expand": (BOMB, "anchors"),
    "one alias": ("a: &x 1\nb: *x", "anchors"),
    "an alias without its anchor": ("a: *x", "line 1"),
    "a merge of an alias": ("base: &b {a: 1}\nc: {<<: *b}", "anchors"),
    "a list that contains itself": ("&a [*a]", "anchors"),
    "a Python object": ("!!python/object/apply:os.system ['true']", "tags"),
    "binary": ("a: !!binary aGk=", "tags"),
    "a set": ("a: !!set {x, y}", "tags"),
    "an ordered map": ("a: !!omap [x: 1]", "tags"),
    "a date by tag": ("a: !!timestamp 2026-11-29", "tags"),
    "a tag of the file": ("%TAG ! tag:example.com,2000:\n---\na: !x 1", "tags"),
    "deep lists": ("[" * 5_000, "nested"),
    "deep mappings": ("{a: " * 5_000, "nested"),
    "deep blocks": ("".join(f"{' ' * level}a:\n" for level in range(300)), "nested"),
    "half a surrogate pair": ('name: "\\ud800"', "line 1"),
    "a large text": ("- x\n" * LARGEST_TEXT, "the maximum is 65,536"),
    "a long line": ("a" * (LARGEST_TEXT + 1), "the maximum is 65,536"),
    "two documents": ("a: 1\n---\nb: 2", "not valid YAML or JSON"),
    "a tab": ("a:\n\t- b", "not valid YAML or JSON"),
    "half a surrogate pair as it is": ('a: 1\nname: "\ud800"', "line 2, column 8: half of a surrogate pair"),
    "half a surrogate pair after a whole one": (r'{"a": "\ud83d\uded2 \ud800"}', "not valid YAML or JSON"),
    "deep JSON with an escaped pair": (
        '["\\ud83d\\uded2", ' + "[" * 20 + "]" * 21,
        "nested more than 20 levels",
    ),
    "very deep JSON with an escaped pair": (r'["\ud83d\uded2", ' + "[" * 9_000 + "]" * 9_001, "not valid"),
    "a NUL": ("a: \0", "not valid YAML or JSON"),
    "a key that is a list": ("? [a]\n: b", "not valid YAML or JSON"),
}


@pytest.mark.parametrize("name", REJECTED)
def test_hostile_text_is_rejected_quickly(name: str) -> None:
    text, message = REJECTED[name]
    pace = Pace(0.1)
    while pace.again():
        with pace.attempt(), pytest.raises(FlowTextError, match=r"^[^\n]*$") as error:
            parse_flow_text(text)
        assert message in str(error.value)
        assert len(str(error.value)) < 400
    pace.check(name)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a: 1\nb: c: d",
            "line 2, column 5: not valid YAML or JSON: a colon is not allowed here; put a text with a colon in quotes, "
            "or check how far the line is indented",
        ),
        (
            "a: x\nb: 'y",
            "line 2, column 6: not valid YAML or JSON: a text in quotes does not end; add the closing quote",
        ),
        ("a: 1\nb: \0", "line 2, column 4: not valid YAML or JSON: a control character is not allowed; remove it"),
        ("a: 0x_", "not valid YAML or JSON: a number or date in it is not possible"),
        ("a:\n  - b: &x 1", "line 2, column 8: anchors (&) and aliases (*) are not allowed; write the value again"),
        ("a:\n- !!str b", "line 2, column 3: tags (!) are not allowed; write a plain value"),
        ("\n" + "[" * 21 + "]" * 21, "line 2, column 21: nested more than 20 levels deep"),
        ("a: 1\nb: \udcff\nc: 2\n", "line 2, column 4: half of a surrogate pair is not a valid character"),
    ],
)
def test_an_error_names_the_line_and_the_reason(text: str, message: str) -> None:
    with pytest.raises(FlowTextError) as error:
        parse_flow_text(text)
    assert str(error.value) == message


def test_without_libyaml_an_escaped_half_of_a_surrogate_pair_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyYAML's own parser, used where libyaml is not installed, accepts the escape."""
    monkeypatch.setattr(flow_text, "_Fast", yaml.SafeLoader)
    with pytest.raises(FlowTextError) as error:
        parse_flow_text('a: 1\nname: "\\ud800"')
    assert str(error.value) == "line 2, column 7: half of a surrogate pair is not a valid character"


@pytest.mark.parametrize(
    ("text", "is_valid"),
    [
        (nested(20), True),
        (nested(21), False),
        ("{a: " * 20 + "1" + "}" * 20, True),
        ("{a: " * 21 + "1" + "}" * 21, False),
        # Lists beside each other do not add up, and do not make room for deeper ones.
        (f"[{'[], ' * 50}{nested(19)}]", True),
        (f"[{'[], ' * 50}{nested(20)}]", False),
        (f"[[[], {nested(18)}]]", True),
        (f"[[[], {nested(19)}]]", False),
    ],
)
def test_a_text_has_at_most_twenty_levels(text: str, is_valid: bool) -> None:
    if is_valid:
        parse_flow_text(text)
        return
    with pytest.raises(FlowTextError, match=r"^line 1, column \d+: nested more than 20 levels deep$"):
        parse_flow_text(text)


def test_a_text_has_at_most_65536_bytes() -> None:
    assert parse_flow_text("a: " + "x" * 65_533).value == {"a": "x" * 65_533}
    for text in ("a: " + "x" * 65_534, "a: " + "é" * 32_767):
        with pytest.raises(FlowTextError, match=r"^the text has 65,537 bytes; the maximum is 65,536$"):
            parse_flow_text(text)


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
    """The error of a flow, or "" if it is valid."""
    try:
        parse_flows(text, FIELDS)
    except FlowError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("name", LARGE)
def test_large_flows_are_parsed_quickly(name: str) -> None:
    # The server parses in a thread, so a second does not block the event loop.
    pace = Pace(1)
    while pace.again():
        with pace.attempt():
            message = message_of(LARGE[name])
        assert len(message) < 1000, message[:500]
    pace.check(name)


TREE = """\
name: Größe
steps:
  - wait: 1 hour
  - send_email:
      subject: "x"
      message: {en: a, de: b}
"""


@pytest.mark.parametrize(
    ("path", "place", "of_key"),
    [
        ((), (1, 1), (1, 1)),
        (("name",), (1, 7), (1, 1)),
        (("steps",), (2, 1), (2, 1)),
        (("steps", 0), (3, 5), (3, 5)),
        (("steps", 0, "wait"), (3, 11), (3, 5)),
        (("steps", 1, "send_email"), (4, 5), (4, 5)),
        (("steps", 1, "send_email", "subject"), (5, 16), (5, 7)),
        (("steps", 1, "send_email", "message", "de"), (6, 28), (6, 24)),
        # A part that is missing: where it is missing.
        (("steps", 1, "send_email", "button"), (4, 5), (4, 5)),
        (("steps", 0, "wait", "at"), (3, 11), (3, 11)),
        (("trigger",), (1, 1), (1, 1)),
    ],
)
def test_the_position_of_a_value_and_of_its_key(
    path: tuple[str | int, ...], place: tuple[int, int], of_key: tuple[int, int]
) -> None:
    text = parse_flow_text(TREE)
    assert (text.position(path), text.key_position(path)) == (place, of_key)


@pytest.mark.parametrize("text", ["a: 1\nb: {x: 1, x: 2}", "a: 1\nb: [{x: 1,   x: 2}]", '{"a": 1,\n"a": 2}'])
def test_a_key_occurs_once(text: str) -> None:
    with pytest.raises(FlowTextError, match=r"^line 2, column \d+: the key '[ax]' occurs twice; remove one$"):
        parse_flow_text(text)


def test_escaped_pairs_leave_the_lines_as_they_are() -> None:
    text = parse_flow_text('{"a": "\\ud83d\\uded2\\ud83d\\uded2",\n "b": "\\\\\\ud83d\\uded2"}')
    assert (text.value, text.position(("b",))) == ({"a": "🛒🛒", "b": "\\🛒"}, (2, 7))


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"), max_size=30)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(PLAIN)
@example({"wait_until": "09:00", "en": "no", "message": "Hi\n\n  there: {{ name }}\n", "at": "2026-01-01", "n": "12"})
def test_a_definition_as_text_is_the_same_definition(value: Any) -> None:
    assert parse_flow_text(flow_text_of(value)).value == value


def test_lines_stay_lines() -> None:
    assert flow_text_of({"message": "Hi\nthere"}) == "message: |-\n  Hi\n  there\n"
