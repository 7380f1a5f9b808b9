"""A client of a twin in another process."""

import http.client
import urllib.error
import urllib.request
from collections.abc import Mapping

import orjson

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import parse_moment

_SECONDS = 120
_PAGE = (
    "query truth($after:String){abandonedCheckouts(first:250,after:$after)"
    "{nodes{id updatedAt} pageInfo{hasNextPage endCursor}}}"
)
# A fault in this header is used instead of all others, so the exam's own requests do not count for them. This one has
# no effect.
_NO_FAULT = '{"latency": "0 seconds"}'
_SECOND = 1_000_000


class RemoteError(Exception):
    """The twin cannot be reached or refuses an operation. The message says what to do."""


class RemoteTwin:
    """`url` is the address of the server, such as http://127.0.0.1:8000."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def ask(self, method: str, path: str, body: object = None) -> UntypedJson:
        """The JSON of an operation of /__twin; an empty object without content. Raises RemoteError."""
        status, answer = self._send(method, f"/__twin{path}", body, {})
        try:
            found = orjson.loads(answer) if answer else {}
        except orjson.JSONDecodeError:
            found = {}
        if status == 404 and "errors" not in found:
            raise RemoteError(f"{self.url} is not a twin; start the server with --twin")
        if status >= 400:
            raise RemoteError(str(found.get("errors") or f"{method} {path} was answered with status {status}"))
        return found if isinstance(found, dict) else {}

    def rows(self, token: str, version: str = "unstable") -> Mapping[int, int]:
        """Every checkout that the shop of a token lists: its id with updated_at, in whole seconds since 1970."""
        found: dict[int, int] = {}
        after = None
        while True:
            headers = {"X-Shopify-Access-Token": token, "X-Twin-Fault": _NO_FAULT}
            body = {"query": _PAGE, "variables": {"after": after}}
            status, answer = self._send("POST", f"/admin/api/{version}/graphql.json", body, headers)
            if status != 200 or b'"errors"' in answer[:20]:
                raise RemoteError(
                    f"the checkouts of {self.url} cannot be read: {answer[:300].decode('utf-8', 'replace')}"
                )
            page = orjson.loads(answer)["data"]["abandonedCheckouts"]
            for node in page["nodes"]:
                found[int(node["id"].rpartition("/")[2])] = parse_moment(node["updatedAt"]) // _SECOND
            if not page["pageInfo"]["hasNextPage"]:
                return found
            after = page["pageInfo"]["endCursor"]

    def mutate(self, token: str, document: str, variables: Mapping[str, str], version: str) -> None:
        """Send a mutation to the Admin API. Raises RemoteError with the errors in its response."""
        headers, body = {"X-Shopify-Access-Token": token}, {"query": document, "variables": variables}
        _, answer = self._send("POST", f"/admin/api/{version}/graphql.json", body, headers)
        found = orjson.loads(answer)
        problems = found.get("errors") or [error for each in found["data"].values() for error in each["userErrors"]]
        if problems:
            raise RemoteError(f"{self.url} refuses the exam's subscription: {problems[0]['message']}")

    def _send(self, method: str, path: str, body: object, headers: Mapping[str, str]) -> tuple[int, bytes]:
        try:
            request = urllib.request.Request(
                self.url + path,
                data=None if body is None else orjson.dumps(body),
                headers={"Content-Type": "application/json", **headers},
                method=method,
            )
            with urllib.request.urlopen(request, timeout=_SECONDS) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read()
        except ValueError:
            raise RemoteError(f"{self.url} is not a URL; write, for example, http://127.0.0.1:8000") from None
        except (OSError, http.client.HTTPException) as problem:
            reason = getattr(problem, "reason", problem)
            raise RemoteError(
                f"{self.url} does not answer: {reason}; start it with `abandoned-checkouts serve --twin`"
            ) from None
