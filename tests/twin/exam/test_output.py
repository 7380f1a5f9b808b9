"""Rows and states in the outputs of extractors."""

import json

import pytest

from abandoned_checkouts.twin.exam.output import OutputError, read_output

AT, SECONDS = "2026-01-02T03:04:05Z", 1767323045


def _lines(*values: object) -> str:
    return "\n".join(json.dumps(value) for value in values)


@pytest.mark.parametrize(
    "row",
    [
        {"id": 7, "updated_at": AT},
        {"id": "7", "updatedAt": "2026-01-02T04:04:05+01:00"},
        {"id": "gid://shopify/AbandonedCheckout/7", "updatedAt": AT},
        {"id": "gid://shopify/AbandonedCheckout/7?key=1", "updatedAt": AT},
        {"type": "RECORD", "stream": "abandoned_checkouts", "record": {"id": 7, "updated_at": AT}},
        {"type": "RECORD", "record": {"stream": "abandoned_checkouts", "data": {"id": 7, "updated_at": AT}}},
    ],
)
def test_a_row(row: object) -> None:
    assert read_output(_lines(row) + "\n\n").rows == [(7, SECONDS)]


def test_other_messages_and_rows_are_not_counted() -> None:
    text = _lines(
        {"type": "SCHEMA", "stream": "abandoned_checkouts", "schema": {}},
        {"type": "LOG", "log": {"message": "x"}},
        {"type": "RECORD", "stream": "orders", "record": {"id": 1}},
        {"id": "gid://shopify/AbandonedCheckoutLineItem/1", "__parentId": "x"},
    )
    output = read_output(text)
    assert (output.rows, output.state, output.replaces) == ([], None, False)


def test_the_last_state_counts() -> None:
    assert read_output(_lines({"type": "STATE", "value": {"a": 1}}, {"type": "STATE", "value": {"a": 2}})).state == {
        "a": 2
    }
    streams = [
        {"stream": {"stream_descriptor": {"name": name}, "stream_state": {"n": n}}}
        for name, n in (("a", 1), ("b", 2), ("a", 3))
    ]
    state = read_output(_lines(*({"type": "STATE", "state": each} for each in streams))).state
    assert [each["stream"]["stream_state"]["n"] for each in state] == [3, 2]


def test_a_version_replaces_the_rows() -> None:
    assert read_output(_lines({"type": "ACTIVATE_VERSION", "stream": "x", "version": 1})).replaces


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            '{"id": 1, "updated_at": "2026-01-01"}\nread 2 rows',
            "line 2 of the output is not a JSON object: 'read 2 rows'",
        ),
        ("[1]", "line 1 of the output is not a JSON object"),
        (_lines({"updated_at": AT}), 'line 1 of the output has no "id"'),
        (_lines({"id": "x", "updated_at": AT}), 'line 1 of the output has no "id"'),
        (_lines({"id": 1}), 'no "updatedAt" or "updated_at"'),
        (_lines({"id": 1, "updated_at": "yesterday"}), 'no "updatedAt" or "updated_at"'),
    ],
)
def test_refused(text: str, words: str) -> None:
    with pytest.raises(OutputError) as refused:
        read_output(text)
    assert words in str(refused.value)
