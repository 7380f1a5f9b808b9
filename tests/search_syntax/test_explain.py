"""Explanations of single terms, for kinds of fields that the tables of cases do not have."""

from __future__ import annotations

from datetime import UTC

import pytest

from search_syntax import Field, FieldSet, Kind, explain, parse
from tests.search_syntax.shop import NOW

FIELDS = FieldSet(
    [
        Field("age", Kind.AGE),
        Field("id", Kind.ID, positive=True),
        Field("status", Kind.ENUM, values=("open", "closed")),
        Field("email_state", Kind.ENUM, values=("sent",)),
        Field("total", Kind.MONEY),
    ]
)
NAMELESS = "Ignored: words without a field name, because this search needs named fields."


@pytest.mark.parametrize(
    ("query", "explanation"),
    [
        ("age:>5", "Finds records where age is more than 5 hours."),
        ("age:<=5", "Finds records where age is at most 5 hours."),
        ("age:5", "Finds records where age is 5 hours."),
        ("-age:5", "Finds records where age is not 5 hours."),
        ("age:old", 'Finds records where age is old hours. "old" is not a number of hours.'),
        ("total:>=5", "Finds records where total is at least 5."),
        ("total:much", 'Finds records where total is much. "much" is not an amount of money.'),
        ("id:0", 'Finds records where id is 0. "0" is not a positive integer or UUID.'),
        ("status:opne", 'Finds records where status is opne. "opne" is not a status. Did you mean "open"?'),
        ("email_state:x", 'Finds records where email_state is x. "x" is not an email_state.'),
        ("status:>open", "Finds records where status is more than open. status cannot be compared with < or >."),
        ("bob", f"Finds all records. {NAMELESS}"),
        # A remark about a term does not repeat that about the term before it.
        (
            "stauts:open xyz:2 bob",
            'Finds all records. Ignored: "stauts" is not a search field. Did you mean "status"? '
            f'Ignored: "xyz" is not a search field. {NAMELESS}',
        ),
        (
            "status:opne total:much",
            'Finds records where status is opne and total is much. "opne" is not a status. Did you mean "open"? '
            '"much" is not an amount of money.',
        ),
    ],
)
def test_explanations(query: str, explanation: str) -> None:
    assert explain(parse(query), FIELDS, zone=UTC, now=NOW) == explanation


@pytest.mark.parametrize(
    ("query", "explanation"),
    [
        (
            "at:>2026-10-01T08:30:00Z",
            'Finds records where at is after 2026-10-01T08:00:00Z. Ignored: "30" is not a search field. '
            "Put the time in quotes: at:>'2026-10-01T08:30:00Z'.",
        ),
        (
            "at:>2026-10-01T08:30 bob",
            'Finds records where at is after 2026-10-01T08:00:00Z and any field has the word "30" '
            "and any field has the word \"bob\". Put the time in quotes: at:>'2026-10-01T08:30'.",
        ),
        (
            "extra:1",
            'Finds all records. Ignored: "extra" is not a search field. It is an extended field, which is off here.',
        ),
    ],
)
def test_what_to_do_about_a_term(query: str, explanation: str) -> None:
    fields = FieldSet([Field("default", Kind.TEXT), Field("at", Kind.TIME), Field("extra", Kind.ID, extended=True)])
    assert explain(parse(query), fields, zone=UTC, now=NOW) == explanation
