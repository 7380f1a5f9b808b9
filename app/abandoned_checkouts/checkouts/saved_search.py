"""What a saved search may be."""

# Shopify: names of saved searches have 40 characters at most.
LONGEST_NAME = 40


class SavedSearchError(ValueError):
    """A search that cannot be kept; the message says why."""


def check_saved_search(name: str, query: str) -> None:
    """Raises SavedSearchError."""
    if not name.strip():
        raise SavedSearchError("a saved search needs a name")
    if len(name) > LONGEST_NAME:
        raise SavedSearchError(f"the name has {len(name)} characters; {LONGEST_NAME} are the most")
    if not query.strip():
        raise SavedSearchError("a saved search needs a search text, such as recovery_state:not_recovered")
