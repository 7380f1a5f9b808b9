"""Every example is a valid, cheap query of the mirrored schema, and has what the page needs to show it."""

import json
from datetime import date
from pathlib import Path

import pytest
from graphql import FieldNode, GraphQLSchema, OperationDefinitionNode, parse, validate

from abandoned_checkouts.explorer.examples import Example, examples, read
from tests.contract.schema import contract_schema

TODAY = date(2026, 11, 21)
SHOW_KEYS = {"table", "group", "least", "needs"}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return contract_schema()


def test_the_examples_and_their_order() -> None:
    assert [example.title for example in examples()] == [
        "Most valuable today",
        "Customers to call",
        "Not yet e-mailed",
        "Recovered this month",
        "Most abandoned products",
        "Over 100 in the last week",
        "Recovery links",
    ]


@pytest.mark.parametrize("example", examples(), ids=lambda one: one.name)
def test_example_is_valid_and_read_only(example: Example, schema: GraphQLSchema) -> None:
    tree = parse(example.document(TODAY))
    assert not validate(schema, tree), f"{example.document(TODAY)}\n{validate(schema, tree)}"
    operations = [one for one in tree.definitions if isinstance(one, OperationDefinitionNode)]
    assert [one.operation.value for one in operations] == ["query"]
    assert example.description.endswith(".")
    assert set(example.show) <= SHOW_KEYS


@pytest.mark.parametrize("example", examples(), ids=lambda one: one.name)
def test_an_example_names_its_table_and_has_pages(example: Example) -> None:
    operation = parse(example.document(TODAY)).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    root = {one.name.value: one for one in operation.selection_set.selections if isinstance(one, FieldNode)}
    top = root[example.show["table"].split(".")[0]]
    assert top.selection_set is not None
    selection = json.dumps(top.to_dict())
    assert all(f'"{name}"' in selection for name in ("pageInfo", "hasNextPage", "endCursor"))
    for name in example.show["table"].split(".")[1:]:
        assert f'"{name}"' in selection


@pytest.mark.parametrize(
    ("placeholder", "day"),
    [
        ("{today}", "2026-11-21"),
        ("{today-7}", "2026-11-14"),
        ("{today-30}", "2026-10-22"),
        ("{month}", "2026-11-01"),
        ("{month-1}", "2026-10-31"),
        ("{tomorrow}", "{tomorrow}"),
        ("nodes { id }", "nodes { id }"),
    ],
)
def test_days_are_filled_in(placeholder: str, day: str) -> None:
    assert Example("x", "X", "X.", placeholder).document(TODAY) == day


def test_no_placeholder_is_left() -> None:
    left = [one.name for one in examples() if "{today" in one.document(TODAY) or "{month" in one.document(TODAY)]
    assert not left


def test_an_example_without_a_title_is_invalid(tmp_path: Path) -> None:
    nameless = tmp_path / "nameless.graphql"
    nameless.write_text("# description: Something.\n{ shop { name } }\n")
    with pytest.raises(ValueError, match=r"nameless.graphql must begin with a line `# title: …`"):
        read(nameless)
