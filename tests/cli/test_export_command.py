"""`export` of the demo shop, and `import` of the exported file."""

from pathlib import Path

from tests.cli.conftest import Run
from tests.databases import Databases


def test_an_export_can_be_imported(run: Run, sqlite_url: str, databases: Databases, tmp_path: Path) -> None:
    assert "shpat_demo" in run("demo", "--checkouts", "30", "--database", sqlite_url).stderr
    assert run("demo", "--checkouts", "30", "--if-empty", "--database", sqlite_url).stderr == ""
    exported = tmp_path / "exported.jsonl"
    run("export", "--shop", "demo-shop.myshopify.com", "--out", str(exported), "--database", sqlite_url)
    to_screen = run("export", "--format", "csv", "--database", sqlite_url).stdout
    assert to_screen.lstrip("\ufeff").startswith("Name,Id,Email") and len(exported.read_bytes().splitlines()) == 30
    other = databases.new("sqlite")
    assert "30 created" in run("import", str(exported), "--shop", "copy.example.com", "--database", other).stderr
    assert "30 unchanged" in run("import", str(exported), "--database", other).stderr
