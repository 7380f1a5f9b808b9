"""Turns a request of the journal into text that can be run again: a curl command or a test."""

import shlex

from abandoned_checkouts.checkouts.json_types import UntypedJson

# Headers that are left out, because every client adds them.
_LEFT_OUT = frozenset(
    (
        "host",
        "content-length",
        "connection",
        "accept-encoding",
        "user-agent",
        "accept",
        "traceparent",
        "transfer-encoding",
    )
)


def as_curl(entry: UntypedJson, base: str) -> str:
    """A curl command for a POSIX shell. `base` is the URL of the server, without a slash at its end."""
    parts = ["curl"]
    if entry["method"] != "GET":
        parts += ["-X", entry["method"]]
    parts.append(shlex.quote(f"{base}{entry['path']}"))
    for name, value in _headers(entry).items():
        parts += ["-H", shlex.quote(f"{name}: {value}")]
    body = entry["request"]["body"]
    if body:
        parts += ["--data-raw", shlex.quote(body)]
    return " ".join(parts)


def as_test(entry: UntypedJson) -> str:
    """A test for pytest with the fixture `twin`, which expects the same status."""
    arguments = [repr(entry["method"]), f'f"{{twin.url}}" + {entry["path"]!r}', f"headers={_headers(entry)!r}"]
    body = entry["request"]["body"]
    if body:
        arguments.append(f"content={body!r}.encode()")
    listed = "".join(f"        {argument},\n" for argument in arguments)
    return (
        "import httpx\n\n\n"
        f"def test_request_{entry['id']}(twin):\n"
        f"    response = httpx.request(\n{listed}    )\n"
        f"    assert response.status_code == {entry['status']}, response.text\n"
    )


def _headers(entry: UntypedJson) -> dict[str, str]:
    return {name: value for name, value in entry["request"]["headers"].items() if name.lower() not in _LEFT_OUT}
