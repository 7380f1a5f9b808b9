"""Prints docs/control.md from the routes of the control API."""

import inspect

from abandoned_checkouts.access.rules import READ, WRITE, Action
from abandoned_checkouts.control.routes import CONTROL
from tests.docs.access_page import rule_text, table

INTRODUCTION = """# Control API

The control API manages flows, subscriptions, settings and reports. It takes and returns JSON; an error is
`{"errors": "…"}` with what to do. Send an Admin API token in `X-Shopify-Access-Token`. It is served at loopback and at
the public URL only.

```sh
curl -s http://127.0.0.1:8000/control/settings -H 'X-Shopify-Access-Token: shpat_demo'
```
"""


def control_page() -> str:
    rows = [
        (f"`{method} /control{path}`", _summary(handler), rule_text((READ if action is Action.READ else WRITE)[data]))
        for method, path, handler, data, action in CONTROL
    ]
    return f"{INTRODUCTION}\n{table(('request', 'what it does', 'requires'), rows)}\n"


def _summary(handler: object) -> str:
    text = inspect.getdoc(handler)
    assert text, f"{handler} has no docstring"
    return " ".join(text.split()).replace("|", "\\|")
