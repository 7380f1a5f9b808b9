"""`report`, `reports rebuild`."""

import csv
import io
import json
from pathlib import Path

from tests.cli.conftest import Within
from tests.intake.messages import checkout


def imported(within: Within, tmp_path: Path) -> None:
    """One abandoned checkout of 2026-09-21, New York's time of the file."""
    file = tmp_path / "checkouts.jsonl"
    body = {**checkout(), "id": 7}
    file.write_text(json.dumps(body) + "\n")
    within("import", str(file))


def test_formats(within: Within, tmp_path: Path) -> None:
    imported(within, tmp_path)
    days = ("--from", "2026-09-21", "--to", "2026-09-22")
    lines = within("report", *days)[0].splitlines()
    assert lines[0].split()[:4] == ["day", "is_complete", "begun", "contact_given"]
    assert lines[1].split()[:6] == ["2026-09-21", "true", "1", "1", "1", "39.00"]
    rows = [json.loads(line) for line in within("report", *days, "--format", "json")[0].splitlines()]
    assert [row["abandoned"] for row in rows] == [1, 0]
    assert (rows[0]["recovery_rate"], rows[1]["recovery_rate"]) == (0.0, None)
    (product,) = csv.DictReader(io.StringIO(within("report", *days, "--by", "product", "--format", "csv")[0]))
    assert product == {
        "product": "7",
        "title": "Teapot",
        "abandoned": "1",
        "abandoned_value": "39.00",
        "recovered": "0",
        "recovered_value": "0.00",
    }
    assert within("report", *days, "--by", "flow")[0] == ""
    assert within("reports", "rebuild")[1].endswith("was counted again; 0 daily sums were wrong and are corrected\n")
    assert [json.loads(line) for line in within("report", *days, "--format", "json")[0].splitlines()] == rows


def test_the_default_is_thirty_days(within: Within) -> None:
    assert len(within("report", "--to", "2026-11-30")[0].splitlines()) == 31
    assert len(within("report")[0].splitlines()) == 31


def test_a_wrong_day_is_a_usage_error(within: Within) -> None:
    said = within("report", "--from", "2026-11-31", code=2)[1]
    assert "'2026-11-31' is not a date such as 2026-11-30" in said
    said = within("report", "--from", "2026-11-02", "--to", "2026-11-01", code=2)[1]
    assert "the first day 2026-11-02 is after the last day 2026-11-01" in said
