"""The size of a page, from its arguments and variables."""

import pytest

from abandoned_checkouts.shopify.language.cost.charged import Charged, Window, size_of


@pytest.mark.parametrize(
    ("windows", "variables", "size"),
    [
        ((10, None), {}, 10),
        ((None, 5), {}, 5),
        ((0, 5), {}, 5),
        ((None, None), {}, 0),
        (("n", None), {"n": 7}, 7),
        (("n", None), {}, 0),
        (("n", 5), {"n": 0}, 5),
        (("n", 5), {"n": "7"}, 5),
    ],
)
def test_the_first_size_that_is_given_counts(
    windows: tuple[Window, Window], variables: dict[str, object], size: int
) -> None:
    assert size_of(Charged("page", "page", "connection", 2, 2, windows, (), ()), variables) == size
