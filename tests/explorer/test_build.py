"""When the page is built, and the error if it cannot be."""

from pathlib import Path

import pytest

from abandoned_checkouts.explorer import build as building
from abandoned_checkouts.explorer.build import BuildError, build, fingerprint, node_version, up_to_date

LOCK = Path(building.WEB) / "package-lock.json"


@pytest.fixture
def web(tmp_path: Path) -> Path:
    folder = tmp_path / "web"
    (folder / "src").mkdir(parents=True)
    (folder / "package.json").write_text("{}")
    (folder / "package-lock.json").write_text("{}")
    (folder / "src" / "main.ts").write_text("1")
    return folder


def test_the_fingerprint_depends_only_on_the_sources(web: Path) -> None:
    before = fingerprint(web)
    (web / "node_modules").mkdir()
    (web / "node_modules" / "some.js").write_text("installed")
    assert fingerprint(web) == before
    (web / "src" / "main.ts").write_text("2")
    changed = fingerprint(web)
    assert changed != before
    (web / "src" / "main.ts").rename(web / "src" / "other.ts")
    assert fingerprint(web) not in {before, changed}


def test_each_change_is_built_once(web: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dist, ran = tmp_path / "dist", []

    def run(command: list[str], *, cwd: Path, doing: str, path: Path | None = None) -> None:
        ran.append(" ".join(command[1:]).replace(" --no-audit --no-fund", ""))
        (web / "node_modules").mkdir(exist_ok=True)
        dist.mkdir(exist_ok=True)

    monkeypatch.setattr(building, "run", run)
    monkeypatch.setattr(building, "node_and_npm", lambda: (["npm"], Path("/node")))
    assert build(web, dist) is True
    assert ran == ["ci", "run build"]
    assert up_to_date(web, dist)
    assert build(web, dist) is False
    (web / "src" / "main.ts").write_text("2")
    assert build(web, dist) is True
    assert ran == ["ci", "run build", "run build"], "packages are installed again only if the lock changed"


def test_a_quick_build_installs_no_packages_of_checks(
    web: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dist, ran = tmp_path / "dist", []

    def run(command: list[str], *, cwd: Path, doing: str, path: Path | None = None) -> None:
        ran.append(" ".join(command[1:]).replace(" --no-audit --no-fund", ""))
        (web / "node_modules").mkdir(exist_ok=True)
        dist.mkdir(exist_ok=True)

    monkeypatch.setattr(building, "run", run)
    monkeypatch.setattr(building, "node_and_npm", lambda: (["npm"], Path("/node")))
    assert build(web, dist, quick=True) is True
    assert ran == ["ci --omit=dev", "run build:quick"]
    building.install_packages(web, with_checks=False)
    assert build(web, dist) is False
    building.install_packages(web, with_checks=True)
    building.install_packages(web, with_checks=False)
    assert ran[2:] == ["ci"]


def test_an_installed_wheel_builds_nothing(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "index.html").write_text("page")
    assert build(tmp_path / "web", tmp_path / "dist") is False
    with pytest.raises(BuildError, match="found neither the explorer's sources"):
        build(tmp_path / "web", tmp_path / "elsewhere")


def test_a_failed_step_is_reported_with_its_output(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"(?s)building the page failed \(sh -c .*\):\nwhy it failed"):
        building.run(["sh", "-c", "echo why it failed; exit 3"], cwd=tmp_path, doing="building the page")


@pytest.mark.parametrize(
    ("says", "version"),
    [("echo v20.19.1", (20, 19, 1)), ("echo nothing", ()), ("exit 1", ())],
)
def test_version_of_node(says: str, version: tuple[int, ...], tmp_path: Path) -> None:
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\n{says}\n")
    node.chmod(0o755)
    assert node_version(str(node)) == version
    assert node_version(str(tmp_path / "missing")) == ()


def test_the_lock_file_contains_no_host_name() -> None:
    assert '"resolved"' not in LOCK.read_text(), "write the lock with omit-lockfile-registry-resolved=true (.npmrc)"
