"""The journal keeps the newest entries, and wakes readers that wait for new ones."""

import pytest

from abandoned_checkouts.twin import journal as module
from abandoned_checkouts.twin.journal import Journal


async def test_the_oldest_entries_are_dropped_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    journal = Journal()
    for number in range(5):
        journal.add("requests", 0, {"subject": str(number)})
    assert [entry["subject"] for entry in await journal.find("requests", {})] == ["2", "3", "4"]


async def test_each_kind_has_its_ids_which_continue_after_a_restore() -> None:
    journal = Journal()
    first = journal.add("requests", 0, {})
    state = journal.state()
    assert [journal.add(kind, 0, {})["id"] for kind in ("requests", "deliveries")] == [first["id"] + 1, 1]
    journal.restore(state)
    assert (await journal.find("requests", {}), await journal.find("deliveries", {})) == ([first], [])
    assert [journal.add(kind, 0, {})["id"] for kind in ("requests", "deliveries")] == [first["id"] + 1, 1]


async def test_waiting_ends_with_what_there_is() -> None:
    journal = Journal()
    journal.add("deliveries", 0, {"subject": "one"})
    assert len(await journal.wait("deliveries", {}, 2, 0.01)) == 1


async def test_lists_fit_by_any_of_their_values() -> None:
    journal = Journal()
    journal.add("requests", 0, {"operation": ["a", "b"]})
    assert len(await journal.find("requests", {"operation": "B"})) == 1
    assert await journal.find("requests", {"operation": "c"}) == []
