"""The name of the endpoint of a path, for the log and for metrics. Unknown paths share one name: the list is short."""

import re

# By the start of the path; the first that fits. Every other path is of "pages": the explorer and the merchant pages.
_BY_START = (
    ("/admin/oauth/", "oauth"),
    ("/admin/", "rest"),
    ("/bulk-operations/", "bulk_results"),
    ("/ecom/v1/", "wix"),
    ("/v1/", "wix"),
    ("/oauth", "oauth"),
    ("/intake/", "intake"),
    ("/control/", "control"),
    ("/mcp", "mcp"),
    ("/docs", "docs"),
    ("/healthz", "health"),
    ("/readyz", "health"),
    ("/metrics", "metrics"),
    ("/__twin", "twin"),
)
# A link to a checkout starts with the number of the shop.
_RECOVERY = re.compile(r"/\d+/")
ENDPOINTS = ("graphql", *dict.fromkeys(name for _, name in _BY_START), "recovery", "pages")


def endpoint_of(path: str) -> str:
    """One of ENDPOINTS."""
    for start, name in _BY_START:
        if path.startswith(start):
            if name == "rest" and path.endswith(("/graphql.json", "/graphql")):
                return "graphql"
            return name
    return "recovery" if _RECOVERY.match(path) else "pages"
