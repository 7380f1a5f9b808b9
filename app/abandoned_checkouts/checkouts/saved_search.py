"""The limits of saved searches."""

# Shopify: the name of a saved search can have 40 characters.
LONGEST_NAME = 40


class SavedSearchError(ValueError):
    """A search that cannot be saved; the message says why."""


def check_saved_search(name: str, query: str) -> None:
    """Raises SavedSearchError."""
    if not name.strip():
        raise SavedSearchError("a saved search needs a name")
    if len(name) > LONGEST_NAME:
        raise SavedSearchError(f"the name has {len(name)} characters; the maximum is {LONGEST_NAME}")
    if not query.strip():
        raise SavedSearchError("a saved search needs a search text, for example recovery_state:not_recovered")
