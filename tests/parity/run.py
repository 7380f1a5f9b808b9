"""Sends the cases to two servers, and writes the report and the recordings."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.parity.cases import CASES, Case
from tests.parity.compare import Answer, Difference, differences
from tests.parity.pseudonyms import Pseudonyms

__all__ = ["Side", "parity"]

KINDS = ("status", "errors", "warnings", "cost", "shape", "value")


@dataclass(frozen=True)
class Side:
    """A server: its address without a path, for example https://name.myshopify.com, and an Admin API token."""

    address: str
    token: str
    version: str = "2026-10"

    def ask(self, case: Case, client: httpx.Client) -> Answer:
        """The response to a case."""
        base, headers = f"{self.address}/admin/api/{self.version}", {"X-Shopify-Access-Token": self.token}
        if case.path:
            response = client.get(f"{base}/{case.path}", headers=headers)
        else:
            body = {"query": case.document, "variables": case.variables}
            response = client.post(f"{base}/graphql.json", json=body, headers=headers)
        try:
            return Answer(response.status_code, response.json())
        except ValueError:
            return Answer(response.status_code, None)


def parity(
    first: Side, second: Side, folder: Path, key: bytes, client: httpx.Client, cases: Iterable[Case] = CASES
) -> list[Difference]:
    """Compare two servers. Writes report.md and recordings.json into `folder`, both with pseudonyms."""
    pseudonyms, recordings, count = Pseudonyms(key), [], 0
    found: list[Difference] = []
    for case in cases:
        count += 1
        answers = [side.ask(case, client) for side in (first, second)]
        # The pseudonymised responses are compared. Because equal values have equal pseudonyms, the differences are the
        # same.
        hidden = [Answer(answer.status, _hidden(answer.body, pseudonyms)) for answer in answers]
        found += differences(case, *hidden)
        request = case.path or {"query": case.document, "variables": case.variables}
        sides = [{"status": answer.status, "body": answer.body} for answer in hidden]
        recordings.append({"case": case.name, "request": request, "first": sides[0], "second": sides[1]})
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "recordings.json").write_text(json.dumps(recordings, indent=1, ensure_ascii=False) + "\n")
    (folder / "report.md").write_text(_report(found, count, first.version, second.version))
    return found


def _hidden(body: Any, pseudonyms: Pseudonyms) -> Any:
    if not isinstance(body, dict):
        return None
    hidden = {name: pseudonyms.of(part, (name,)) for name, part in body.items() if name not in ("errors", "extensions")}
    if "errors" in body:
        hidden["errors"] = _hidden_errors(body["errors"], pseudonyms)
    if "extensions" in body:
        hidden["extensions"] = body["extensions"]
    return hidden


def _hidden_errors(errors: Any, pseudonyms: Pseudonyms) -> Any:
    """Errors repeat parts of the request, which are the cases' own, and no stored values."""
    if isinstance(errors, str):
        return pseudonyms.message(errors)
    return errors


def _report(found: list[Difference], count: int, *versions: str) -> str:
    kinds = Counter(each.kind for each in found)
    cases = len({each.case for each in found})
    lines = [
        "# Parity",
        "",
        f"{count} cases, {count - cases} without a difference. Versions: {', '.join(versions)}.",
        "",
        "| kind | differences |",
        "|---|---|",
        *(f"| {kind} | {kinds[kind]} |" for kind in KINDS),
        "",
        *(f"- **{each.case}**, {each.kind}: {each.text}" for each in found),
    ]
    return "\n".join(lines).rstrip() + "\n"
