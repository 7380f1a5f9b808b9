"""The order of the lines of a bulk operation without groupObjects."""

import json

import pytest

from abandoned_checkouts.shopify.bulk.runs.line_order import PORTION, ungrouped
from tests.shopify.bulk.conftest import RunBulk

QUERY = """{ abandonedCheckouts { edges { node { id lineItems { edges { node {
  id discountAllocations { edges { node { allocatedAmount { amount } } } } } } } } } } }"""


def block(number: int) -> str:
    line, deeper = f'{{"id":"{number}.1","__parentId":"{number}"}}\n', f'{{"a":1,"__parentId":"{number}.1"}}\n'
    return f'{{"id":"{number}","note":"\\"__parentId\\":"}}\n{line}{deeper}'


def test_roots_come_before_the_lines_below_them_portion_by_portion() -> None:
    blocks = [block(number) for number in range(PORTION + 1)]
    lines = list(ungrouped(blocks))
    assert sorted(lines) == sorted("".join(blocks).splitlines(keepends=True))
    assert [json.loads(line)["id"] for line in lines[:PORTION]] == [str(number) for number in range(PORTION)]
    assert lines[PORTION : PORTION + 2] == block(0).splitlines(keepends=True)[1:]
    assert "".join(lines[-3:]) == block(PORTION)


@pytest.mark.parametrize("executor", ["plan", "core"])
async def test_a_run_without_groups_has_the_same_lines_in_another_order(bulk: RunBulk, executor: str) -> None:
    grouped, counted = await bulk(QUERY, executor=executor)
    free, again = await bulk(QUERY, executor=executor, group_objects=False)
    assert sorted(free.splitlines()) == sorted(grouped.splitlines()) and free != grouped
    assert (counted.objects, counted.root_objects, counted.bytes) == (again.objects, again.root_objects, again.bytes)
    seen: set[str] = set()
    for node in map(json.loads, free.splitlines()):
        assert "__parentId" not in node or node["__parentId"] in seen
        seen |= {node["id"]} if "id" in node else set()
    nested = ["__parentId" in json.loads(line) for line in free.splitlines()]
    assert nested == sorted(nested)
    # The order is the same in each run, by a plan and by resolvers.
    assert free == (await bulk(QUERY, group_objects=False))[0]
