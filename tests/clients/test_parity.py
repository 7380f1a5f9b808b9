"""`make parity`: two servers that agree, one that differs, and what the recordings may not contain."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.clients.conftest import Served
from tests.parity.cases import CASES
from tests.parity.compare import Difference
from tests.parity.pseudonyms import Pseudonyms
from tests.parity.run import Side, parity

KEY = b"0" * 32


def run(served: Served, folder: Path, change: Any = None) -> list[Difference]:
    """Two shops of the server, as two servers. `change` changes the responses of the second."""
    first, second = (Side(served.given["base"], served.given[name]) for name in ("token", "demoToken"))

    def hook(response: httpx.Response) -> None:
        if change is not None and response.request.headers["X-Shopify-Access-Token"] == second.token:
            response.read()
            response._content = change(response.content)

    with httpx.Client(timeout=30, event_hooks={"response": [hook]}) as client:
        return parity(first, second, folder, KEY, client)


@pytest.fixture(scope="module")
def agreed(served: Served, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Difference], Path]:
    folder = tmp_path_factory.mktemp("parity")
    return run(served, folder), folder


def test_two_servers_of_ours_agree(agreed: tuple[list[Difference], Path]) -> None:
    found, folder = agreed
    assert found == []
    assert f"{len(CASES)} cases, {len(CASES)} without a difference" in (folder / "report.md").read_text()


def test_recordings_have_no_stored_texts(served: Served, agreed: tuple[list[Difference], Path]) -> None:
    """Every text of the responses to the first cases, but names of types and currencies, is a pseudonym."""
    text = (agreed[1] / "recordings.json").read_text()
    assert len(json.loads(text)) == len(CASES)
    document = (
        "{ abandonedCheckouts(first: 3) { nodes { id name note customer { displayName firstName defaultEmailAddress "
    )
    document += (
        "{ emailAddress } } shippingAddress { address1 city phone } lineItems(first: 3) { nodes { title } } } } }"
    )
    for token in ("token", "demoToken"):
        response = httpx.post(
            f"{served.given['base']}/admin/api/2026-10/graphql.json",
            json={"query": document},
            headers={"X-Shopify-Access-Token": served.given[token]},
        )
        stored = [value for value in leaves(response.json()["data"]) if len(value) > 4]
        assert len(stored) > 10
        assert not [value for value in stored if json.dumps(value) in text]
        assert served.given[token] not in text


def leaves(value: Any) -> list[str]:
    if isinstance(value, dict | list):
        return [leaf for item in (value.values() if isinstance(value, dict) else value) for leaf in leaves(item)]
    return [value] if isinstance(value, str) else []


# Old and new text in the second server's responses, and the kind of the difference.
CHANGES = (
    (b'"requestedQueryCost":10', b'"requestedQueryCost":11', "cost"),
    (b"Invalid search field for this query.", b"Unknown field.", "warnings"),
    (b"undefinedField", b"unknownField", "errors"),
    (b'"taxesIncluded":', b'"taxIncluded":', "shape"),
    (b'"displayName":"2026-10', b'"displayName":"2026-11', "value"),
)


def test_differences_are_reported(served: Served, tmp_path: Path) -> None:
    def changed(content: bytes) -> bytes:
        for old, new, _ in CHANGES:
            content = content.replace(old, new)
        return content

    found = run(served, tmp_path, changed)
    assert {each.kind for each in found} == {kind for *_, kind in CHANGES}
    report = (tmp_path / "report.md").read_text()
    assert all(f"- **{each.case}**, {each.kind}: " in report for each in found)


def test_pseudonyms_keep_the_form_and_depend_on_the_key() -> None:
    one, other = Pseudonyms(b"a"), Pseudonyms(b"b")
    assert one.text("ada@example.com").endswith("@example.com") and "ada" not in one.text("ada@example.com")
    assert one.text("Ada") == one.text("Ada") != other.text("Ada")
    assert one.text("gid://shopify/Customer/12?x=1").startswith("gid://shopify/Customer/")
    assert one.text("2026-11-01T12:13:14-05:00") == "2000-01-01T00:00:00-05:00"
    assert one.text("19.90") == "99.99"
    assert one.of({"__typename": "Customer", "latitude": 45.4, "quantity": 2}) == {
        "__typename": "Customer",
        "latitude": 0.5,
        "quantity": 2,
    }
