"""A request of a client and its response, as an entry of the journal."""

import gzip
import re
import zlib
from dataclasses import dataclass, field
from urllib.parse import unquote

import orjson
from starlette.types import Message, Receive, Scope

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.http_kit.request_headers import basic_password
from abandoned_checkouts.shopify.language.errors import user_errors
from abandoned_checkouts.store.tenants.access_tokens import TokenOwner
from abandoned_checkouts.twin.changes_ahead import changes_ahead, reads_link

# The maximum number of bytes of a body that are kept.
_LONGEST = 256 * 1024
# Longer bodies are not read here, because every endpoint refuses them.
_LARGEST = 64 * 1024 * 1024
_ENDPOINTS = (
    (re.compile(r"/admin/api/(?:[^/]+/)?graphql(?:\.json)?"), "graphql"),
    (re.compile(r"/admin/oauth/.*|/oauth2?/.*"), "oauth"),
    (re.compile(r"/admin/.*"), "rest"),
    (re.compile(r"/bulk-operations/.*"), "bulk"),
    (re.compile(r"/(?:ecom|stores|apps?|v\d|oauth).*"), "wix"),
    (re.compile(r"/intake/.*"), "intake"),
    (re.compile(r"/control/.*"), "control"),
    (re.compile(r"/\d+/.*"), "recovery"),
)
# A document's first operation and its name.
_OPERATION = re.compile(r"\b(query|mutation|subscription)\b\s*([_A-Za-z]\w*)?")
_FIRST_FIELD = re.compile(r"\{\s*(?:\w+\s*:\s*)?([_A-Za-z]\w*)")
# Shopify's errors for the address of a webhook that this server could send to.
_ADDRESS_PROBLEMS = (
    user_errors.ADDRESS_PROTOCOL.error(protocol="http").message,
    user_errors.ADDRESS_INTERNAL.error().message,
)
PRIVATE_TARGETS = (
    "Webhooks to private networks and without TLS are sent only with ABANDONED_CHECKOUTS_ALLOW_PRIVATE_TARGETS=true. "
    "Without it, a twin on a loopback address and without a public URL sends to this machine, too."
)
_SECRET_HEADERS = frozenset(("cookie",))


def endpoint_of(path: str) -> str:
    """The endpoint of a path: graphql, rest, oauth, bulk, wix, intake, control, recovery, or page."""
    return next((name for pattern, name in _ENDPOINTS if pattern.fullmatch(path)), "page")


@dataclass(slots=True)
class RecordedRequest:
    """Collects the data of a request while it runs. `entry` returns its entry in the journal."""

    scope: Scope
    body: bytearray = field(default_factory=bytearray)
    answer: bytearray = field(default_factory=bytearray)
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    # The name of the fault that decided the response.
    fault: str | None = None
    # The domain of its shop, and the app of its token, if they are known.
    shop: str | None = None
    owner: TokenOwner | None = None

    async def with_body(self, receive: Receive) -> Receive:
        """Read the whole body, and return a function that receives it once more."""
        parts = bytearray()
        while True:
            message = await receive()
            if message["type"] != "http.request":
                break
            parts += message.get("body", b"")
            if not message.get("more_body", False) or len(parts) > _LARGEST:
                break
        unread = [{"type": "http.request", "body": bytes(parts), "more_body": False}]

        async def receive_again() -> Message:
            return unread.pop() if unread else await receive()

        return receive_again

    @property
    def token(self) -> str:
        """The access token of the request, or an empty text."""
        headers = self.request_headers()
        authorization = headers.get("authorization", "")
        return (
            headers.get("x-shopify-access-token") or basic_password(authorization) or authorization.rpartition(" ")[2]
        )

    def facts(self) -> dict[str, str | None]:
        """The facts that rules of faults are compared with."""
        operation = None
        if self.endpoint == "graphql":
            operation = _operation(object_of(bytes(self.body).decode("utf-8", "replace")))[0]
        return {
            "endpoint": self.endpoint,
            "method": self.scope["method"],
            "path": self.scope["path"],
            "shop": self.shop,
            "token": self.token,
            "operation": operation,
        }

    @property
    def endpoint(self) -> str:
        return endpoint_of(self.scope["path"])

    def received(self, message: Message) -> None:
        """A message of the client."""
        if message["type"] == "http.request" and len(self.body) < _LONGEST:
            self.body += message.get("body", b"")

    def sent(self, message: Message) -> None:
        """A message of the server."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in message["headers"]}
        elif message["type"] == "http.response.body" and len(self.answer) < _LONGEST:
            self.answer += message.get("body", b"")

    def request_headers(self) -> dict[str, str]:
        pairs = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in self.scope["headers"])
        return {name: value for name, value in pairs if name not in _SECRET_HEADERS}

    def entry(self, now: int, milliseconds: float) -> UntypedJson:
        """`now` in microseconds; `milliseconds` is how long the response took, in real time."""
        headers, endpoint = self.request_headers(), self.endpoint
        text = bytes(self.body[:_LONGEST]).decode("utf-8", "replace")
        answered = _decoded(bytes(self.answer), self.headers.get("content-encoding", ""))
        query = self.scope.get("query_string", b"").decode("latin-1")
        described: UntypedJson = {
            "endpoint": endpoint,
            "method": self.scope["method"],
            "path": self.scope["path"] + (f"?{query}" if query else ""),
            "status": self.status,
            "durationMillis": round(milliseconds, 1),
            "shop": self.shop,
            "token": f"{self.token[:6]}…{self.token[-4:]}" if self.token else None,
            "fault": self.fault,
            "request": {"headers": headers, "body": text},
            "response": {"headers": self.headers, "body": answered},
        }
        if endpoint == "graphql":
            described |= _graphql(object_of(text), object_of(answered))
        if endpoint in ("graphql", "rest"):
            described |= self._version(now, text, answered)
        return described

    def _version(self, now: int, body: str, answered: str) -> UntypedJson:
        served = self.headers.get("x-shopify-api-version", "")
        asked = re.match(r"/admin/api/([^/]+)/", self.scope["path"])
        notes = []
        if asked and served and unquote(asked[1]) != served:
            notes.append(f"Version {asked[1]} is no longer served; {served} answered instead.")
        reason = self.headers.get("x-shopify-api-deprecated-reason")
        if reason:
            notes.append(f"Deprecated fields: {reason}")
        query = self.scope.get("query_string", b"").decode("latin-1")
        link = reads_link(self.scope["path"], query, body)
        if any(problem in answered for problem in _ADDRESS_PROBLEMS):
            notes.append(PRIVATE_TARGETS)
        return {"version": served or None, "notes": [*notes, *changes_ahead(now, served, link=link, owner=self.owner)]}


def _graphql(request: UntypedJson, response: UntypedJson) -> UntypedJson:
    """The operation, its cost, its errors and warnings."""
    name, kind = _operation(request)
    extensions = _part(response, "extensions")
    cost = _part(extensions, "cost")
    errors = response.get("errors")
    listed = errors if isinstance(errors, list) else [] if errors is None else [errors]
    return {
        "operation": name,
        "operationType": kind,
        "variables": request.get("variables") or {},
        "requestedCost": cost.get("requestedQueryCost"),
        "actualCost": cost.get("actualQueryCost"),
        "throttleStatus": cost.get("throttleStatus"),
        "errors": [each.get("message", each) if isinstance(each, dict) else each for each in listed],
        "warnings": [
            f"{warning.get('field')}: {warning.get('message')}"
            for search in extensions.get("search") or []
            for warning in search.get("warnings", [])
        ],
    }


def _operation(request: UntypedJson) -> tuple[str | None, str]:
    """The name of the operation, else its first field; and whether it is a query or a mutation."""
    document = str(request.get("query") or "")
    found, first = _OPERATION.search(document), _FIRST_FIELD.search(document)
    name = request.get("operationName") or (found[2] if found else None) or (first[1] if first else None)
    return None if name is None else str(name), found[1] if found else "query"


def _part(value: UntypedJson, name: str) -> UntypedJson:
    part = value.get(name)
    return part if isinstance(part, dict) else {}


def object_of(text: str) -> UntypedJson:
    """The JSON object of a text; an empty one for every other text."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def _decoded(body: bytes, encoding: str) -> str:
    if encoding == "gzip":
        try:
            body = gzip.decompress(body)
        except (OSError, EOFError, zlib.error):
            return f"({len(body)} bytes of gzip, incomplete here)"
    return body.decode("utf-8", "replace")
