"""How the fuzz test changes a request: its body, document, path, query, headers and method."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from tests.promises.fuzz_requests import REQUESTS, FuzzRequest

NASTY: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    1,
    2**31,
    2**53,
    2**63,
    2**64,
    -(2**63) - 1,
    10**30,
    1e308,
    1e-308,
    0.1,
    -0.0,
    float("inf"),
    float("nan"),
    "",
    " ",
    "\x00",
    "\ud800",
    "\udfff\ud800",
    "\u202e",
    "\ufeff",
    "é" * 300,
    "a" * 5_000,
    "9" * 400,
    "1e999",
    "-0",
    "0x10",
    "NaN",
    "null",
    "gid://shopify/AbandonedCheckout/" + "9" * 30,
    "gid://x",
    "gid:",
    "0000-00-00",
    "9999-12-31T23:59:59Z",
    "10000-01-01",
    "2026-02-30",
    "2026-11-01T25:00:00+99:99",
    "-1 day",
    "{{ x }}",
    "{% for a in b %}",
    "javascript:alert(1)",
    "http://[::1",
    "https://e.com:99999/",
    "//",
    "../../etc/passwd",
    "a:b:c",
    "((((",
    ")",
    "NOT",
    "OR OR",
    "-",
    '"',
    "\\",
    "created_at:>",
    "id:>" + "9" * 50,
    "status:(open OR",
    "*",
    "%",
    "_",
    "🛒" * 50,
    [],
    {},
    [[]],
    [None],
    {"": None},
    {"$gt": {}},
    {"a": [{"b": [{}]}]},
    [1, "a", None],
    ["x"] * 200,
    {"key": "x", "value": 1},
]
HEADERS = [
    b"host",
    b"authorization",
    b"x-shopify-access-token",
    b"content-type",
    b"content-length",
    b"accept",
    b"accept-encoding",
    b"accept-language",
    b"cookie",
    b"origin",
    b"range",
    b"x-shopify-hmac-sha256",
    b"x-shopify-topic",
    b"x-forwarded-proto",
    b"x-strict-search",
    b"shopify-search-query-debug",
    b"x-explain-plan",
    b"x-wix-bi-gateway",
    b"x-shopify-webhook-id",
    b"wix-site-id",
    b"x-shopify-shop-domain",
    b"if-range",
]
VALUES = [
    b"",
    b" ",
    b"1",
    b"true",
    b"Bearer ",
    b"Bearer " + b"a" * 600,
    b"Basic !!",
    b"Basic Og==",
    b"\xff\xfe",
    b"\xe9",
    b"a" * 3_000,
    b"*/*;q=9",
    b"text/html",
    b"application/json; charset=latin-1",
    b"gzip;q=0",
    b"*;q=0, gzip",
    b"bytes=0-",
    b"bytes=5-1",
    b"bytes=-",
    b"bytes=0-1,2-3",
    b"[::1",
    b"e.com:99999",
    b"merchant_token=\xff; a",
    b"-1",
    b"9" * 30,
    b"en-US;q=x,\xe9",
    b"null",
]
PIECES = [
    b"\x00",
    b"\xff",
    b"\xed\xa0\x80",
    b"{",
    b"}",
    b"[",
    b"]",
    b'"',
    b"\\u0000",
    b"\\ud800",
    b"9" * 40,
    b"...",
    b"@",
    b"$",
    b"&a",
    b"*a",
    b"!!x",
    b"<<:",
    b"%",
    b"{{",
    b"}}",
    b"{%",
    b"\n",
    b"\t- ",
    b": ",
    b"e9",
    b"-",
]
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"]


def changed(request: FuzzRequest, chance: random.Random) -> FuzzRequest:
    """The request with one to four changes."""
    for _ in range(chance.randint(1, 4)):
        request = chance.choice(CHANGES)(request, chance)
    return request


def _body_bytes(request: FuzzRequest, chance: random.Random) -> FuzzRequest:
    body = bytearray(request.body)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(body) + 1)
        what = chance.randrange(4)
        if what == 0:
            body[at:at] = chance.choice(PIECES)
        elif what == 1:
            del body[at : at + chance.randint(1, 8)]
        elif what == 2:
            start = chance.randrange(len(body) + 1)
            body[at:at] = body[start : start + chance.randint(1, 40)]
        elif at < len(body):
            body[at] = chance.randrange(256)
    return replace(request, body=bytes(body))


def _body_json(request: FuzzRequest, chance: random.Random) -> FuzzRequest:
    try:
        value = json.loads(request.body)
    except ValueError:
        return _body_bytes(request, chance)
    holder: dict[str, Any] = {"": value}
    places: list[tuple[Any, Any]] = []

    def visit(inside: Any) -> None:
        entries = inside.items() if isinstance(inside, dict) else enumerate(inside)
        for key, inner in list(entries):
            places.append((inside, key))
            if isinstance(inner, dict | list):
                visit(inner)

    visit(holder)
    inside, key = chance.choice(places)
    if chance.random() < 0.8:
        inside[key] = chance.choice(NASTY)
    elif isinstance(inside, dict) and inside is not holder:
        inside[str(chance.choice(NASTY))[:100]] = inside.pop(key)
    else:
        inside[key] = [inside[key]] * chance.randint(0, 3)
    return replace(request, body=json.dumps(holder[""]).encode("utf-8", "surrogatepass"))


def _document(request: FuzzRequest, chance: random.Random) -> FuzzRequest:
    """Words of a GraphQL document exchanged, left out or repeated."""
    try:
        body = json.loads(request.body)
        words = body["query"].split(" ")
    except (ValueError, TypeError, KeyError, AttributeError):
        return _body_json(request, chance)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(words))
        what = chance.randrange(4)
        if what == 0:
            words[at] = chance.choice(words)
        elif what == 1:
            words[at:at] = words[at : at + chance.randint(1, 6)]
        elif what == 2:
            words[at] = json.dumps(chance.choice(NASTY))
        elif len(words) > 1:
            del words[at]
    return replace(request, body=json.dumps({**body, "query": " ".join(words)}).encode("utf-8", "surrogatepass"))


def _target(request: FuzzRequest, chance: random.Random) -> FuzzRequest:
    path, _, query = request.target.partition("?")
    value = quote(str(chance.choice(NASTY)).encode("utf-8", "replace"), safe="")
    if query and chance.random() < 0.7:
        parts = query.split("&")
        at = chance.randrange(len(parts))
        name = parts[at].partition("=")[0]
        parts[at] = f"{name}={value}" if chance.random() < 0.8 else f"{value}={name}"
        if chance.random() < 0.2:
            parts.append(parts[at])
    else:
        segments = path.split("/")
        segments[chance.randrange(1, len(segments))] = value
        path, parts = "/".join(segments), [query] if query else []
    return replace(request, target=path + ("?" + "&".join(parts) if parts else ""))


def _header(request: FuzzRequest, chance: random.Random) -> FuzzRequest:
    return replace(request, headers=(*request.headers, (chance.choice(HEADERS), chance.choice(VALUES))))


def _method(request: FuzzRequest, chance: random.Random) -> FuzzRequest:
    return replace(request, method=chance.choice(METHODS))


def _other_body(request: FuzzRequest, chance: random.Random) -> FuzzRequest:
    return replace(request, body=chance.choice(REQUESTS).body)


CHANGES: list[Callable[[FuzzRequest, random.Random], FuzzRequest]] = [
    *([_body_json] * 4),
    *([_document] * 3),
    *([_target] * 3),
    *([_body_bytes] * 2),
    _header,
    _header,
    _method,
    _other_body,
]
