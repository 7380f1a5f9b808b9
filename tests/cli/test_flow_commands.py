"""`flow …`."""

from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import Within


def test_a_flow_is_stored_shown_turned_on_and_deleted(within: Within, tmp_path: Path) -> None:
    number, state, trigger, name = within("flow", "list")[0].strip().split("\t")
    assert (state, trigger, name) == ("off", "abandoned", "Two reminders")
    shown, said = within("flow", "on", name)
    assert shown == f"{number}\ton\t{name}\n"
    assert said.startswith("warning: the flow sends mails, but no mail server is set; they wait for up to 2 days.")
    file = tmp_path / "flow.yaml"
    file.write_text(within("flow", "show", number)[0])
    assert yaml.safe_load(file.read_text())["name"] == name
    stored, said = within("flow", "put", str(file))
    assert stored == f"{number}\ton\t{name}\n" and "Set ABANDONED_CHECKOUTS_SMTP_URL" in said
    assert within("flow", "off", number)[0] == f"{number}\toff\t{name}\n"
    assert "lift: not measured; add holdout: 10% to the flow" in within("flow", "report", name)[0]
    assert within("flow", "dry-run", name)[0] == f"{name}: 0 checkouts abandoned in the last 30 days\n"
    assert "1. Wait 1 hour: send a mail" in within("flow", "explain", name)[0]
    within("flow", "remove", name)
    assert len(within("flow", "secret")[0].strip()) == 32


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name: a\nsteps: [{wait: soon}]", "steps[0].wait: 'soon' is not a duration"),
        ("a: [", "not valid YAML or JSON"),
        (None, "cannot be read: No such file or directory"),
    ],
)
def test_an_invalid_flow_is_reported_in_one_line(
    within: Within, tmp_path: Path, text: str | None, problem: str
) -> None:
    file = tmp_path / "flow.yaml"
    if text is not None:
        file.write_text(text)
    said = within("flow", "put", str(file), code=4)[1]
    assert problem in said and said.count("\n") == 1


def test_missing_objects_are_reported(within: Within) -> None:
    assert "no flow 'x'" in within("flow", "show", "x", code=5)[1]
    assert "no saved search 'x'" in within("search", "delete", "x", code=5)[1]
