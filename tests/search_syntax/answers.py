"""The results of the package for a query, in the form of the case tables.

`python -m tests.search_syntax.answers` completes the rows that have only a query and a source. Check what it wrote
before you commit it. It does not change existing answers; to compute one again, delete it first.
"""

from __future__ import annotations

import json
from typing import Any

from search_syntax import check, explain, parse, parsed, predicate, text
from search_syntax.parsed import warnings_json
from search_syntax.tree import Node, ValueList, fold
from tests.search_syntax.shop import CASES, FIELDS, NOW, RECORDS, ZONE

ANSWERS = ("tree", "parsed", "canonical", "explain", "warnings", "matching")


def answers(query_text: str) -> dict[str, Any]:
    query = parse(query_text)
    meaning = check(query, FIELDS, zone=ZONE, now=NOW)
    matches = predicate(meaning.root)
    return {
        "tree": tree_json(query.tree),
        "parsed": parsed(query, FIELDS, zone=ZONE, now=NOW),
        "canonical": text(query.tree),
        "explain": explain(query, FIELDS, zone=ZONE, now=NOW, noun="checkouts"),
        "warnings": warnings_json(meaning),
        "matching": [record["id"] for record in RECORDS if matches(record)],
    }


def tree_json(tree: Node) -> list[Any]:
    """`["And", ["Term", "default", "bob"], …]`: a node's type, its attributes, its operands."""

    def leaf(node: Node) -> list[Any]:
        if isinstance(node, ValueList):
            return ["AnyOf", node.field, *(leaf(value) for value in node.values)]
        return [type(node).__name__, *(getattr(node, name) for name in node.identity)]

    def branch(node: Node, parts: list[list[Any]]) -> list[Any]:
        return [type(node).__name__, *parts]

    return fold(tree, leaf, branch)


def tables() -> dict[str, list[dict[str, Any]]]:
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(CASES.glob("*.json"))
        if path.stem != "shop"
    }


def row_text(row: dict[str, Any]) -> str:
    """A row as text, with one result per line."""
    known = {key: row[key] for key in ("query", "source", *ANSWERS) if key in row}
    lines = [f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in known.items()]
    joined = [", ".join((lines[0], lines[1])), *lines[2:4], ", ".join(lines[4:6]), ", ".join(lines[6:8])]
    return "{" + ",\n  ".join(line for line in joined if line) + "}"


def fill() -> None:
    for name, rows in tables().items():
        for row in rows:
            if any(key not in row for key in ANSWERS):
                row.update({key: value for key, value in answers(row["query"]).items() if key not in row})
        body = ",\n".join(row_text(row) for row in rows)
        (CASES / f"{name}.json").write_text(f"[\n{body}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    fill()
