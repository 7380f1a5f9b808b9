"""`export` as people run it, and `import` of what it wrote."""

from pathlib import Path

from tests.cli.conftest import Run
from tests.databases import Databases


def test_demo_out_and_in_again(run: Run, sqlite_url: str, databases: Databases, tmp_path: Path) -> None:
    assert "shpat_demo" in run("demo", "--checkouts", "30", "--database", sqlite_url).stderr
    assert run("demo", "--checkouts", "30", "--if-empty", "--database", sqlite_url).stderr == ""
    taken = tmp_path / "taken.jsonl"
    run("export", "--shop", "demo-shop.myshopify.com", "--out", str(taken), "--database", sqlite_url)
    to_screen = run("export", "--format", "csv", "--database", sqlite_url).stdout
    assert to_screen.startswith("Name,Id,Email") and len(taken.read_bytes().splitlines()) == 30
    other = databases.new("sqlite")
    assert "30 created" in run("import", str(taken), "--shop", "copy.example.com", "--database", other).stderr
    assert "30 unchanged" in run("import", str(taken), "--database", other).stderr
