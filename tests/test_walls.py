"""Every import is allowed by the tables in tests/walls/tables.py, for packages, layers and libraries."""

import sys
from functools import lru_cache

import pytest

from tests.walls.imports import Source, imports_in, imports_of, read_tree
from tests.walls.planted import PLANTED, TYPES, modules_in, places_in
from tests.walls.rules import RULES, Finding, Rule, circles
from tests.walls.tables import LAYERS, LIBRARIES, MAY_IMPORT, PURE, SEARCH


@lru_cache(maxsize=1)
def program() -> dict[str, Source]:
    return read_tree()


@lru_cache
def found_by(rule: Rule) -> list[Finding]:
    """The violations of a rule in the program."""
    return rule(program())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_program_keeps_the_rule(rule: Rule) -> None:
    wrong = found_by(rule)
    assert not wrong, "\n".join(["", *map(str, wrong)])


@pytest.mark.parametrize(("rule", "message", "case"), PLANTED, ids=[message for _, message, _ in PLANTED])
def test_a_planted_violation_is_reported(rule: Rule, message: str, case: str) -> None:
    planted = modules_in(case)
    (report,) = {str(each) for each in set(rule(program() | planted)).difference(found_by(rule))} or {"nothing"}
    assert message in report
    for place in places_in(planted):
        assert place in report


def test_every_rule_has_a_planted_violation() -> None:
    assert {rule for rule, _, _ in PLANTED} == set(RULES)


def test_graphql_types_may_name_each_other() -> None:
    planted = modules_in(TYPES)
    first, second = planted
    assert circles(program() | planted) == []
    kinds = [(each.target, each.kind) for each in imports_of(program() | planted, second)]
    assert kinds == [(first, "typing"), (first, "named")]


def test_the_tables_name_only_what_exists() -> None:
    named = PURE.union(MAY_IMPORT, *MAY_IMPORT.values(), *LIBRARIES.values())
    for inner_to_outer in LAYERS.values():
        named |= {layer.name for layer in inner_to_outer}.union(*(layer.inner or () for layer in inner_to_outer))
    modules = {module.removeprefix("abandoned_checkouts.") for module in program()}
    assert named - modules == set()
    assert set(LIBRARIES) - {each.target for each in imports_in(program())} == set()


def test_search_syntax_needs_lark_alone() -> None:
    """search_syntax can be installed without the rest of the program."""
    inside = [module for module in program() if module.split(".")[0] == SEARCH]
    targets = {each.target.split(".")[0] for module in inside for each in imports_of(program(), module)}
    assert targets - sys.stdlib_module_names == {"lark", SEARCH}
