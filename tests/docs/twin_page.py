"""Prints docs/twin.md from the OpenAPI description of the twin."""

from typing import Any

from abandoned_checkouts.twin.openapi import openapi
from abandoned_checkouts.twin.operations import OPERATIONS
from tests.docs.access_page import table

INTRODUCTION = """# Twin API

`serve --twin` serves it at `/__twin`, without a token. [Test your recovery app](testing.md) explains its use, with the
keys of faults and the filters of the journal. An error is `{"errors": "…"}` with what to do. For an unknown path, key
or name, it says the nearest one.

```sh
curl -s http://127.0.0.1:8000/__twin/clock
```
"""


def twin_page() -> str:
    paths: Any = openapi(OPERATIONS, "")["paths"]
    rows = [
        (f"`{method.upper()} {path}`", described["summary"], _body(described))
        for path, methods in paths.items()
        for method, described in methods.items()
    ]
    return f"{INTRODUCTION}\n{table(('request', 'what it does', 'keys of the body'), rows)}\n"


def _body(described: Any) -> str:
    if "requestBody" not in described:
        return "–"
    schema = described["requestBody"]["content"]["application/json"]["schema"]
    names = ", ".join(_key(name, each) for name, each in schema["properties"].items())
    return names + (" and those of a checkout" if schema["additionalProperties"] else "")


def _key(name: str, schema: Any) -> str:
    values = ", ".join(str(each) for each in schema.get("enum", ()))
    return f"`{name}`" + (f" ({values})" if values else "")
