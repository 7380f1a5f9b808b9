"""The parts of a search, and the ids that an agent writes."""

import pytest

from abandoned_checkouts.agents.calls import CallError
from abandoned_checkouts.agents.match import number_of, parts_of


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        ("", []),
        ("  ", []),
        ("bob", ["bob"]),
        ("bob status:open", ["bob", "status:open"]),
        ("a AND (b OR c) -d", ["a", "b OR c", "-d"]),
        ("a OR b", ["a OR b"]),
        ('email:"x y" total:>5', ['email:"x y"', "total:>5"]),
    ],
)
def test_parts(query: str, parts: list[str]) -> None:
    assert [part.strip("()") for part in parts_of(query)] == parts


@pytest.mark.parametrize(
    ("text", "number"), [("17", 17), ("gid://shopify/AbandonedCheckout/17", 17), (" 17 ", 17), ("#17", 17)]
)
def test_ids(text: str, number: int) -> None:
    assert number_of(text) == number


@pytest.mark.parametrize(
    "text", ["", "#", "gid://shopify/AbandonedCheckout/", "gid://shopify/Order/17", "1e3", "-1", "9" * 5000]
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(CallError, match="is not the id of a checkout") as refused:
        number_of(text)
    assert len(str(refused.value)) < 300
