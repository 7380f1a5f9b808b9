"""equivalent.toml lists changes of today's code, each with a reason."""

from pathlib import Path

from tests.mutants.__main__ import equivalents, groups, module_files
from tests.places import ROOT

ENTRIES = equivalents()


def test_each_changed_line_is_in_its_module() -> None:
    gone = []
    for each in ENTRIES:
        path = Path(ROOT, each.module)
        lines = {line.strip() for line in path.read_text(encoding="utf-8").splitlines()} if path.is_file() else set()
        if not lines.issuperset(each.was.split("\n")):
            gone.append((each.module, each.function, each.was))
    assert not gone


def test_each_entry_is_of_a_module_that_is_changed() -> None:
    changed = {file for group in groups().values() for file in module_files(group)}
    assert {each.module for each in ENTRIES} <= changed


def test_each_entry_has_a_reason_and_is_listed_once() -> None:
    assert [each for each in ENTRIES if not each.reason.endswith(".") or each.was == each.becomes] == []
    assert len({(each.module, each.function, each.was, each.becomes) for each in ENTRIES}) == len(ENTRIES)
