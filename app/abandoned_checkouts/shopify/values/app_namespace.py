"""The namespaces that an app owns: `$app` stands for its own namespace in texts that the app sends."""

import re

# `$app` as the first part of a metafield's namespace in a search, outside quotes: metafields.$app.tier or
# metafields.$app:loyalty.tier.
_IN_SEARCH = re.compile(
    r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|(?<![\w.$\\])metafields\.\$app(?::(?P<name>[\w-]+))?(?=\.)"""
)


def resolved_namespace(namespace: str, app_id: int) -> str:
    """`$app` and `$app:name` as app--ID and app--ID--name (recorded); any other namespace unchanged."""
    if namespace == "$app":
        return f"app--{app_id}"
    return f"app--{app_id}--{namespace[5:]}" if namespace.startswith("$app:") else namespace


def resolved_search(text: str, app_id: int) -> str:
    """A search with `metafields.$app.key` as `metafields.app--ID.key` (recorded)."""

    def resolved(found: re.Match[str]) -> str:
        if not found[0].startswith("metafields"):
            return found[0]
        name = found["name"]
        return "metafields." + resolved_namespace("$app" if name is None else f"$app:{name}", app_id)

    return _IN_SEARCH.sub(resolved, text)
