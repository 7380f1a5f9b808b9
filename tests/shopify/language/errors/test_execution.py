"""Execution errors: refusals in the recorded words and shapes; unexpected ones give nothing away."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import graphql_sync

from abandoned_checkouts.shopify.language.errors import texts
from abandoned_checkouts.shopify.language.errors.execution import Refusal, internal, translated
from tests.contract.schema import contract_schema
from tests.recorded import recorded

REQUEST = "65a6c3a3-4cbf-4f3f-9eef-e2a95594ad00-1782085581"
TEXT = "{\n  page: bulkOperations {\n    nodes { id }\n  }\n  shop { name email }\n}"


def answer(**resolvers: Any) -> tuple[Any, list[dict[str, Any]], list[BaseException]]:
    result = graphql_sync(contract_schema(), TEXT, {"shop": {"name": "A", "email": "a@b.test"}, **resolvers})
    return result.data, *translated(result.errors or (), REQUEST)


def _raises(problem: Exception) -> Any:
    def resolver(*_: Any, **__: Any) -> Any:
        raise problem

    return resolver


def test_a_refusal_has_the_recorded_shape() -> None:
    data, errors, unexpected = answer(bulkOperations=_raises(Refusal(texts.FIRST_OR_LAST_REQUIRED)))
    assert (data, unexpected) == (None, [])
    assert errors == [
        {
            "message": "you must provide one of first or last",
            "locations": [{"line": 2, "column": 3}],
            "extensions": {"code": "BAD_REQUEST"},
            "path": ["page"],
        }
    ]
    assert list(errors[0]) == ["message", "locations", "extensions", "path"]


def test_a_refusal_may_name_a_place_of_its_own() -> None:
    refusal = Refusal(texts.INPUT_TOO_LONG, path=("page", "ids"), size=251, limit=250)
    assert answer(bulkOperations=_raises(refusal))[1][0] == {
        "message": "The input array size of 251 is greater than the maximum allowed of 250.",
        "locations": [{"line": 2, "column": 3}],
        "extensions": {"code": "MAX_INPUT_SIZE_EXCEEDED"},
        "path": ["page", "ids"],
    }
    theirs = next(row["example"] for row in recorded("graphql_errors.json") if row["code"] == refusal.text.code)
    assert list(answer(bulkOperations=_raises(refusal))[1][0]) == list(theirs)


def test_an_unexpected_exception_is_answered_once_and_gives_nothing_away() -> None:
    problem = RuntimeError("SELECT secret")
    _, errors, unexpected = answer(bulkOperations=_raises(problem), shop=_raises(KeyError("row of another shop")))
    assert errors == [internal(REQUEST)]
    assert problem in unexpected
    assert "secret" not in str(errors)


def test_internal_error_as_recorded() -> None:
    theirs = [
        row["example"]
        for row in recorded("graphql_errors.json")
        if row["code"] == "INTERNAL_SERVER_ERROR" and row["message"].startswith("Internal error")
    ]
    assert internal(REQUEST) in theirs
    for example in theirs:
        ours = internal(example["extensions"]["requestId"])
        assert ours == example
        assert (list(ours), list(ours["extensions"])) == (list(example), list(example["extensions"]))


RECORDED = {
    "FIRST_OR_LAST_REQUIRED": {},
    "FIRST_AND_LAST": {},
    "MALFORMED_CURSOR": {},
    "INVALID_ID": {"id": "gid://shopify/Product/1"},
    "INPUT_TOO_LONG": {"size": 2049, "limit": 2048},
}


@pytest.mark.parametrize("name", RECORDED)
def test_execution_texts_were_recorded_word_for_word(name: str) -> None:
    text = getattr(texts, name)
    words = text.words.format(**RECORDED[name])
    spoken = {row["example"]["message"] for row in recorded("graphql_errors.json") if row["code"] == text.code}
    assert words in spoken, f"{words!r} with {text.code} is not among the recorded errors"
