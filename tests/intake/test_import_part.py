"""A process that waits for its turn to write continues to read, up to a limit."""

from collections import Counter
from pathlib import Path

import orjson
import pytest

from abandoned_checkouts.checkouts.identity import derived_uuid
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.intake import import_part as module
from abandoned_checkouts.intake.import_part import import_part
from abandoned_checkouts.intake.import_result import PartResult
from abandoned_checkouts.intake.import_shares import Shares
from abandoned_checkouts.intake.import_turn import Turn
from abandoned_checkouts.store.engine.database import Database
from tests.intake.samples import rest_checkout

# The shares of two processes, of which the first has everything.
ALL_FIRST = Shares(2, 0)


class Busy(Turn):
    """Another process has the turn when this one asks for it, so many times."""

    def __init__(self, times: int) -> None:
        super().__init__(None)
        self.times, self.waits, self.releases = times, 0, 0

    def take_if_free(self) -> bool:
        self.times -= 1
        return self.times < 0

    def take(self) -> None:
        self.waits += 1

    def release(self) -> None:
        self.releases += 1


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, size in {"_SMALLEST": 3, "BATCH": 4, "_LARGEST": 7, "_SLICE": 2}.items():
        monkeypatch.setattr(module, name, size)
    path = tmp_path / "some.jsonl"
    records = [rest_checkout(number) for number in range(1, 13)] + [{"id": 77}]
    path.write_bytes(b"".join(orjson.dumps(record) + b"\n" for record in records))
    return path


@pytest.fixture
def odd_uuids(file: Path, shop: Shop, tmp_path: Path) -> Path:
    """Records with uuids of others, in batches of the size of `file`."""
    path = tmp_path / "uuids.jsonl"
    records = [rest_checkout(number) for number in range(1, 9)]
    for place, uuid in {1: "a", 2: "a", 5: "a", 7: derived_uuid(shop.domain, "abandoned_checkout", 1)}.items():
        records[place]["more"] = {"uuid": uuid}
    path.write_bytes(b"\n".join(map(orjson.dumps, records)))
    return path


async def parts(store: Database, shop: Shop, file: Path, turn: Turn) -> list[PartResult]:
    return [part async for part in import_part(store, shop, file, shares=ALL_FIRST, turn=turn)]


@pytest.mark.parametrize(
    ("times", "first", "waits"), [(0, 3, 0), (1, 5, 0), (2, 7, 0), (9, 7, 2)], ids=["free", "once", "twice", "longer"]
)
async def test_a_batch_grows_while_another_process_writes(
    store: Database, shop: Shop, file: Path, times: int, first: int, waits: int
) -> None:
    turn = Busy(times)
    found = await parts(store, shop, file, turn)
    assert sum(found[0].changes.values()) == first
    assert sum(sum(part.changes.values()) for part in found) == 12
    assert [rejection.place for part in found for rejection in part.rejections] == ["line 13"]
    assert (turn.waits, turn.releases) == (waits, len(found))


async def test_a_rejected_record_does_not_affect_others_that_are_converted_with_it(
    store: Database, shop: Shop, tmp_path: Path
) -> None:
    path = tmp_path / "some.jsonl"
    records = [rest_checkout(number) for number in range(1, 101)]
    records[40] = rest_checkout(41, line_items=[{"quantity": "x"}])
    records[41]["currency"] = None
    records[70] = {"id": 71}
    lines = [orjson.dumps(record) for record in records]
    lines[10] = b"{"
    path.write_bytes(b"\n".join(lines))
    [part] = await parts(store, shop, path, Busy(0))
    assert part.changes == {"created": 96}
    assert [(each.place, each.reason.split(";")[0][:60]) for each in part.rejections[1:]] == [
        ("line 41", "unexpected type in line_items[0].quantity: expected a whole "),
        ("line 42", "currency is missing"),
        ("line 71", "unknown format (keys: id)"),
    ]
    assert part.rejections[0].place == "line 11"


async def test_a_record_with_the_uuid_of_another_checkout_is_rejected(
    store: Database, shop: Shop, odd_uuids: Path
) -> None:
    """In the same batch and in a later one, also if the other one's is derived."""
    found = await parts(store, shop, odd_uuids, Busy(0))
    assert sum((Counter(part.changes) for part in found), Counter()) == {"created": 5}
    reasons = {each.place: each.reason.split(";")[0] for part in found for each in part.rejections}
    assert list(reasons) == ["line 3", "line 6", "line 8"]
    assert reasons["line 3"] == reasons["line 6"] == "another checkout has the uuid a"
    again = await parts(store, shop, odd_uuids, Busy(0))
    assert sum((Counter(part.changes) for part in again), Counter()) == {"unchanged": 5}


async def test_the_turn_is_released_after_an_error(
    store: Database, shop: Shop, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_arguments: object, **_named: object) -> None:
        raise RuntimeError("full")

    monkeypatch.setattr(module, "save_checkouts", fails)
    turn = Busy(0)
    with pytest.raises(RuntimeError, match="full"):
        await parts(store, shop, file, turn)
    assert turn.releases == 1
