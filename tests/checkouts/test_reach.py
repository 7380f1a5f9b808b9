"""Which hosts that are not public a server may send to."""

import pytest

from abandoned_checkouts.checkouts.reach import Reach


@pytest.mark.parametrize(
    ("host", "reaches"),
    [
        ("127.0.0.1", (False, True, True)),
        ("::1", (False, True, True)),
        ("localhost", (False, True, True)),
        ("Localhost.", (False, True, True)),
        ("10.0.0.1", (False, False, True)),
        ("169.254.169.254", (False, False, True)),
        ("shop.example", (False, False, True)),
        ("", (False, False, True)),
    ],
)
def test_hosts(host: str, reaches: tuple[bool, ...]) -> None:
    assert tuple(each.includes(host) for each in Reach) == reaches
