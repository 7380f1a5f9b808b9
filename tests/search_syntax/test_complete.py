"""Suggestions for the caret, best first, and the range that each replaces."""

from __future__ import annotations

import pytest

from search_syntax import Field, FieldSet, Kind, Suggestion, complete, parse
from search_syntax.complete import context_of
from search_syntax.tree import postorder
from tests.pace import check_pace
from tests.search_syntax.answers import tables
from tests.search_syntax.shop import FIELDS, NOW, ZONE


def at(marked: str) -> list[Suggestion]:
    """Suggestions for a text whose caret is marked by ^."""
    before, _, after = marked.partition("^")
    return complete(before + after, len(before), FIELDS, zone=ZONE, now=NOW)


def taken(marked: str, suggestion: Suggestion) -> str:
    plain = marked.replace("^", "")
    return plain[: suggestion.start] + suggestion.text + plain[suggestion.end :]


@pytest.mark.parametrize(
    ("marked", "best"),
    [
        ("^", ["id:", "created_at:", "updated_at:", "status:"]),
        ("sta^", ["status:", "recovery_state:", "email_state:"]),
        ("STA^", ["status:", "recovery_state:"]),
        ("crat^", ["created_at:"]),
        ("state^", ["recovery_state:", "email_state:"]),
        ("email_^", ["email_state:"]),
        ("upd^ated", ["updated_at:"]),
        ("upd^ated:>2024", ["updated_at:"]),
        ("bob ^", ["id:"]),
        ("bob A^", ["AND"]),
        ("bob O^", ["OR"]),
        ("N^", ["NOT"]),
        ("(sta^", ["status:"]),
        ("-sta^", ["status:"]),
        ("-^", ["id:", "created_at:"]),
        ("NOT ^", ["id:", "created_at:"]),
        ("bob OR sta^", ["status:"]),
        ("status:^", ["open", "closed", "*"]),
        ("status: ^", ["open", "closed", "*"]),
        ("status:c^", ["closed"]),
        ("status:CL^", ["closed"]),
        ("status:clsd^", ["closed"]),
        ("status:o^pen bob", ["open"]),
        ("status:'o^", ["open"]),
        ("status:open,^", ["closed"]),
        ("status:open,c^", ["closed"]),
        ("(status:^", ["open", "closed", "*"]),
        ("bob (x OR status:^", ["open", "closed", "*"]),
        ("created_at:^", ["now", "2026-11-21", "2026-11-20", "2026-11-14", "2026-10-22", "2026-11", "2026", "<", "<="]),
        ("created_at:>=^", ["now", "2026-11-21"]),
        ("created_at:>2026-1^", ["2026-11-21", "2026-11-20", "2026-11-14", "2026-10-22", "2026-11"]),
        ("created_at:n^", ["now"]),
        ("accepts_marketing:t^", ["true"]),
        ("id:^", ["<", "<=", ">", ">=", "*"]),
        ("odd:^", []),
        ('"bob^', []),
        ("id:>^", []),
        ("status:>^", []),
    ],
)
def test_best_suggestions(marked: str, best: list[str]) -> None:
    found = [suggestion.text for suggestion in at(marked)]
    assert found[: len(best)] == best, found
    if not best:
        assert not found


@pytest.mark.parametrize(
    ("marked", "choice", "result"),
    [
        ("sta^", "status:", "status:"),
        ("upd^ated:>2024 bob", "updated_at:", "updated_at:>2024 bob"),
        ("bob status:o^x norman", "open", "bob status:open norman"),
        ("status:open,c^", "closed", "status:open,closed"),
        ("status:'o^", "open", "status:open"),
        ("-sta^", "status:", "-status:"),
        ("bob A^", "AND", "bob AND"),
        ("created_at:^", ">=", "created_at:>="),
        ("(bob ^", ")", "(bob )"),
    ],
)
def test_what_a_suggestion_replaces(marked: str, choice: str, result: str) -> None:
    (suggestion,) = [one for one in at(marked) if one.text == choice]
    assert taken(marked, suggestion) == result


STAR = ("*", "value")
COMPARISONS = [
    ("<", "operator", "less than; before"),
    ("<=", "operator", "at most; at or before"),
    (">", "operator", "more than; after"),
    (">=", "operator", "at least; at or after"),
]
DATES = [
    ("now", "date", "the current time"),
    ("2026-11-21", "date", "today"),
    ("2026-11-20", "date", "yesterday"),
    ("2026-11-14", "date", "7 days ago"),
    ("2026-10-22", "date", "30 days ago"),
    ("2026-11", "date", "this month"),
    ("2026", "date", "this year"),
]
FIELD_NAMES = [
    ("id:", "field", "id field"),
    ("created_at:", "field", "time field"),
    ("updated_at:", "field", "time field"),
    ("status:", "field", "enum field"),
    ("recovery_state:", "field", "enum field"),
    ("email_state:", "field", "enum field"),
]
OR = ("OR", "connective", "matches either side; binds tighter than AND")
AND = ("AND", "connective", "matches both sides; same as a space")
NOT = ("NOT", "connective", "excludes the next term; same as a minus sign")
CLOSE = (")", "connective", "close the parenthesis")
EMAIL = ("email:", "field", "keyword field")


@pytest.mark.parametrize(
    ("marked", "start", "end", "expected"),
    [
        ("bob ^", 4, 4, [*FIELD_NAMES, OR, AND, NOT, EMAIL]),
        ("bob ^norman", 4, 10, [*FIELD_NAMES, OR, AND, NOT, EMAIL]),
        ("(bob ^", 5, 5, [*FIELD_NAMES, OR, AND, CLOSE, NOT, EMAIL]),
        ("(bob) (norman ^", 14, 14, [*FIELD_NAMES, OR, AND, CLOSE, NOT, EMAIL]),
        ("(bob) norman ^", 13, 13, [*FIELD_NAMES, OR, AND, NOT, EMAIL]),
        ("status:open ^", 12, 12, [*FIELD_NAMES, OR, AND, NOT, EMAIL]),
        ("id:>5 ^", 6, 6, [*FIELD_NAMES, OR, AND, NOT, EMAIL]),
        ('"bob norman" ^', 13, 13, [*FIELD_NAMES, OR, AND, NOT, EMAIL]),
        ("bob OR ^", 7, 7, [*FIELD_NAMES, NOT, EMAIL]),
        ("-^", 1, 1, [*FIELD_NAMES, NOT, EMAIL]),
        ("status:^", 7, 7, [("open", "value", "status is open"), ("closed", "value", "status is closed"), STAR]),
        ("status:open,^", 12, 12, [("closed", "value", "status is closed")]),
        ("status:'open',OPEN,^", 19, 19, [("closed", "value", "status is closed")]),
        # The list of another field does not count.
        (
            "status:open status:^",
            19,
            19,
            [("open", "value", "status is open"), ("closed", "value", "status is closed")],
        ),
        ("created_at:^", 11, 11, [*DATES, *COMPARISONS, STAR]),
        ("created_at:>=^", 13, 13, DATES),
        ("created_at:2026-11^-01 bob", 11, 21, [DATES[1], DATES[2], DATES[3], DATES[5]]),
        ("id:^", 3, 3, [*COMPARISONS, STAR, ("1234", "value", "example")]),
        ("id:1^", 3, 4, [("1234", "value", "example")]),
        ("id:7,^", 5, 5, [("1234", "value", "example")]),
        (
            "accepts_marketing:^",
            18,
            18,
            [("true", "value", "accepts_marketing is true"), ("false", "value", "accepts_marketing is false"), STAR],
        ),
        ("total_price:^", 12, 12, [*COMPARISONS, STAR]),
        ("email:^", 6, 6, [("*", "value", "email has a value")]),
        ("price^", 0, 5, [("total_price:", "field", "money field")]),
    ],
)
def test_suggestions_in_their_order(marked: str, start: int, end: int, expected: list[tuple[str, ...]]) -> None:
    found = at(marked)[: len(expected)]
    assert [
        (one.text, one.kind, one.description)[: len(row)] for one, row in zip(found, expected, strict=True)
    ] == expected
    assert {(one.start, one.end) for one in found} == {(start, end)}


def test_a_caret_outside_the_text_is_moved_to_its_end() -> None:
    for caret, text in ((99, "sta"), (3, "sta")):
        assert complete(text, caret, FIELDS, zone=ZONE, now=NOW)[0] == Suggestion(
            "status:", 0, 3, "field", "enum field"
        )
    assert complete("sta", -5, FIELDS, zone=ZONE, now=NOW)[0].end == 3


def test_a_long_text_gets_no_suggestions() -> None:
    for length, expected in ((8 * 1024, True), (8 * 1024 + 1, False)):
        text = "a " * (length // 2 - 2) + "a" * (length % 2) + " sta"
        assert len(text) == length
        assert bool(complete(text, len(text), FIELDS, zone=ZONE, now=NOW)) is expected


def test_there_are_at_most_twenty_suggestions_unless_more_are_asked_for() -> None:
    many = FieldSet([Field(f"field{number:02}", Kind.TEXT) for number in range(30)])
    assert len(complete("f", 1, many, zone=ZONE, now=NOW)) == 20
    assert len(complete("f", 1, many, zone=ZONE, now=NOW, limit=25)) == 25
    assert complete("f", 1, many, zone=ZONE, now=NOW, limit=1)[0].text == "field00:"


def test_the_description_of_a_field_is_shown() -> None:
    fields = FieldSet([Field("status", Kind.ENUM, "Whether it is open.", extended=True)], extended=True)
    assert complete("s", 1, fields, zone=ZONE, now=NOW) == [
        Suggestion("status:", 0, 1, "field", "Whether it is open.", True)
    ]


def test_connectives_only_after_something() -> None:
    assert not {"AND", "OR", ")"} & {one.text for one in at("^")}
    assert not {"AND", "OR"} & {one.text for one in at("bob OR ^")}
    assert not {"AND", "OR"} & {one.text for one in at("-^")}
    assert {"AND", "OR"} <= {one.text for one in at("bob ^")}
    assert ")" in {one.text for one in at("(bob ^")}
    assert ")" not in {one.text for one in at("(bob) ^")}


def test_connectives_come_before_the_many_extended_fields() -> None:
    many = FieldSet(
        [*FIELDS, *(Field(f"field{number}", Kind.TEXT, extended=True) for number in range(40))], extended=True
    )
    found = [one.text for one in complete("(bob ", 5, many, zone=ZONE, now=NOW)]
    assert {"OR", "AND", ")", "NOT", "status:"} <= set(found) and len(found) == 20


def test_every_suggestion_has_one_line_and_extended_ones_are_marked() -> None:
    for marked in ("^", "bob ^", "status:^", "created_at:^", "id:^"):
        for one in at(marked):
            assert one.description and "\n" not in one.description
            assert one.kind in ("field", "operator", "value", "date", "connective")
    marks = {one.text: one.extended for one in complete("", 0, FIELDS, zone=ZONE, now=NOW, limit=99)}
    assert marks["email:"] and not marks["status:"]
    plain = FieldSet(FIELDS.declared)
    assert "email:" not in {one.text for one in complete("", 0, plain, zone=ZONE, now=NOW, limit=99)}


@pytest.mark.parametrize("table", tables())
def test_suggestions_anywhere_make_texts_that_hold_them(table: str) -> None:
    """At every caret of every known query: ranges lie around the caret, and what is taken is read as it was meant."""
    for row in tables()[table][::3]:
        query = row["query"]
        for caret in range(len(query) + 1):
            for one in complete(query, caret, FIELDS, zone=ZONE, now=NOW, limit=3):
                assert 0 <= one.start <= caret <= one.end <= len(query), (query, caret, one)
                if one.kind == "field" and one.end == len(query):
                    made = query[: one.start] + one.text + "x"
                    fields = [node.field for node in postorder(parse(made).tree) if hasattr(node, "field")]
                    assert one.text[:-1] in fields, (query, caret, one)


def test_under_a_millisecond_of_a_usual_machine() -> None:
    query = "status:open created_at:>=2024-01-01 (bob OR norman) email_st"
    check_pace(0.001, lambda: complete(query, len(query), FIELDS, zone=ZONE, now=NOW), "completing")


def test_the_tokens_before_a_minus_sign_are_all_tokens_but_the_sign() -> None:
    assert [str(token) for token in context_of("bob (x -").before] == ["bob", "(", "x"]
