"""The first value of a document that does not fit its shape."""

import pytest

from abandoned_checkouts.checkouts.json_shape import (
    AMOUNT,
    ID,
    NULLABLE_AMOUNT,
    TEXT,
    ListOrObject,
    ListShape,
    ObjectShape,
    problem_in,
    type_name_of,
)

LINES = ListShape(ObjectShape({"price": AMOUNT, "tags": ListOrObject(ListShape(TEXT), ObjectShape({"all": TEXT}))}))
CART = ObjectShape({"id": ID, "lines": LINES, "total": NULLABLE_AMOUNT}, required=("id",))


@pytest.mark.parametrize(
    "document",
    [
        {"id": 1, "lines": [{"price": "1.00", "tags": ["a"]}, {"price": None, "tags": {"all": "a"}}], "total": "1"},
        {"id": None, "lines": None, "total": None, "unknown": [1, {"a": None}]},
        {"id": "1"},
    ],
)
def test_a_valid_document_has_no_problem(document: object) -> None:
    assert problem_in(document, CART) is None


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ([], "unexpected type: expected an object, got a list"),
        ({}, "id is missing"),
        ({"id": ""}, "unexpected type in id: expected a whole number, got ''"),
        ({"id": 1, "lines": {"a": 1}}, "unexpected type in lines: expected a list, got an object"),
        ({"id": 1, "lines": [{}, None]}, "unexpected type in lines[1]: expected an object, got null"),
        ({"id": 1, "lines": [{"price": "x"}]}, "lines[0].price: 'x' is not an amount of money"),
        (
            {"id": 1, "lines": [{"price": ["x"]}]},
            "unexpected type in lines[0].price: expected an amount of money, got a list",
        ),
        ({"id": 1, "lines": [{"tags": ["a", 7]}]}, "unexpected type in lines[0].tags[1]: expected a text, got 7"),
        ({"id": 1, "lines": [{"tags": {"all": 7}}]}, "unexpected type in lines[0].tags.all: expected a text, got 7"),
        ({"id": 1, "total": ""}, "total: '' is not an amount of money"),
        ({"id": "x" * 98}, f"unexpected type in id: expected a whole number, got '{'x' * 98}'"),
        ({"id": "x" * 99}, f"unexpected type in id: expected a whole number, got '{'x' * 99}…"),
        ({"id": "x" * 200}, f"unexpected type in id: expected a whole number, got '{'x' * 99}…"),
    ],
)
def test_the_first_invalid_value_is_reported_with_its_path(document: object, problem: str) -> None:
    assert problem_in(document, CART) == problem


@pytest.mark.parametrize(
    ("types", "name"),
    [
        ((int, type(None)), "a whole number"),
        ((float, int), "a number"),
        ((int, float, type(None)), "a number"),
        ((str,), "a text"),
        ((bool, type(None)), "true or false"),
        ((dict,), "an object"),
        ((list,), "a list"),
    ],
)
def test_types_have_names(types: tuple[type, ...], name: str) -> None:
    assert type_name_of(types) == name
