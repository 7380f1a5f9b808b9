"""`search …`."""

from tests.cli.conftest import Within


def test_a_saved_search_is_listed_and_deleted(within: Within) -> None:
    made = within("search", "save", "Big", "total_price:>100")[0]
    assert made.startswith("gid://shopify/SavedSearch/") and made.endswith("\tBig\n")
    assert within("search", "list")[0] == made.rstrip("\n") + "\ttotal_price:>100\n"
    assert "already" in within("search", "save", "Big", "x", code=5)[1]
    within("search", "delete", "Big")
    assert within("search", "list")[0] == ""
