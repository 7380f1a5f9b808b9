"""`import`: the lines that it prints and its exit code."""

from pathlib import Path

import orjson
import pytest

from tests.cli.conftest import Run
from tests.intake.samples import node, rest_checkout, rest_line


def test_rejected_records_are_reported_and_the_exit_code_is_1(run: Run, sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "some.jsonl"
    file.write_bytes(orjson.dumps(rest_checkout(1)) + b"\n{}\nnonsense\n")
    done = run("import", str(file), "--shop", "acme.myshopify.com", "--database", sqlite_url, code=1)
    lines = done.stderr.splitlines()
    assert [line.split(": ")[2] for line in lines[:2]] == ["line 2", "line 3"]
    assert "1 created" in lines[2] and "2 rejected" in lines[2]


@pytest.mark.parametrize("form", ["REST", "GraphQL", "CSV"])
def test_fractions_and_truth_values_are_no_numbers(run: Run, sqlite_url: str, tmp_path: Path, form: str) -> None:
    """Such quantities and ids are rejected with their line, and not cut to a whole number."""
    file, wrong = tmp_path / "wrong", (1.5, 1.999999, True)
    if form == "CSV":
        rows = [f"{place},e@example.com,USD,2026-11-01,{wrong[place]}" for place in range(3)]
        file.write_text("\n".join(["Id,Email,Currency,Created at,Lineitem quantity", *rows]))
    elif form == "REST":
        records = [rest_checkout(place, line_items=[rest_line(quantity=value)]) for place, value in enumerate(wrong, 1)]
        file.write_bytes(b"\n".join(orjson.dumps(record) for record in records))
    else:
        records = [node(place, lineItems={"nodes": [{"quantity": value}]}) for place, value in enumerate(wrong)]
        file.write_bytes(b"\n".join(orjson.dumps(record) for record in records))
    done = run("import", str(file), "--shop", "acme.myshopify.com", "--database", sqlite_url, code=1)
    rejected = [line for line in done.stderr.splitlines() if "uantity" in line or "number" in line]
    assert len(rejected) == 3 and all(": line " in line for line in rejected), done.stderr


@pytest.mark.parametrize("number", [1.5, True])
def test_an_id_must_be_a_whole_number(run: Run, sqlite_url: str, tmp_path: Path, number: object) -> None:
    file = tmp_path / "one.jsonl"
    file.write_bytes(orjson.dumps({**rest_checkout(1), "id": number}))
    done = run("import", str(file), "--shop", "acme.myshopify.com", "--database", sqlite_url, code=1)
    assert "1 rejected" in done.stderr
