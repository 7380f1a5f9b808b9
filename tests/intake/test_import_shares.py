"""The processes of an import share its records."""

import pytest

from abandoned_checkouts.intake.import_shares import Shares, shares_of
from abandoned_checkouts.intake.record import FileRecord

MIB = 1 << 20


@pytest.mark.parametrize(
    ("count", "size", "expected"),
    [
        # The first process gets half of what is left when the others have started, and what it did before.
        (2, 16 * MIB, [750, 250]),
        (2, 800 * MIB, [505, 495]),
        (4, 80 * MIB, [325, 225, 225, 225]),
        # A packed file can be smaller than what is imported while a process starts.
        (2, 1 * MIB, [750, 250]),
        (2, 0, [750, 250]),
    ],
)
def test_the_first_process_gets_more_because_it_starts_earlier(count: int, size: int, expected: list[int]) -> None:
    shares = shares_of(count, size)
    found = [0] * count
    for number in range(100_000):
        found[shares.of(b"%d" % number)] += 1
    assert [round(each / 100) for each in found] == pytest.approx(expected, abs=12)


def test_all_forms_of_an_id_have_one_process() -> None:
    shares = Shares(3, 333)
    for number in range(200):
        places = {
            shares.of(b"%d" % number),
            shares.of_record(FileRecord("line 1", {"id": number})),
            shares.of_record(FileRecord("line 1", {"id": f"gid://shopify/AbandonedCheckout/{number}"})),
        }
        assert len(places) == 1
    assert shares.of_record(FileRecord("line 1", {"token": "t"})) == shares.of_record(FileRecord("line 1", "x")) == 0
