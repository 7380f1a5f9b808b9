"""Node with the packages of a lock file, for tests that drive a platform's own library."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from abandoned_checkouts.explorer.build import BuildError, node_and_npm


def node_with(folder: Path) -> Path:
    """Install the packages of the lock file in that folder, and return the path of Node. Skips the test if there is no
    Node."""
    try:
        npm, place = node_and_npm()
    except (BuildError, OSError) as problem:
        pytest.skip(f"this needs Node, and there is none: {problem}")
    lock = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / "node_modules" / ".installed-lock"
    if not stamp.is_file() or stamp.read_text() != lock:
        environment = {**os.environ, "PATH": f"{place}{os.pathsep}{os.environ.get('PATH', '')}"}
        command = [*npm, "ci", "--ignore-scripts"]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"npm ci in {folder} failed:\n{done.stdout}\n{done.stderr}"
        stamp.write_text(lock)
    found = shutil.which("node", path=str(place))
    assert found is not None, place
    return Path(found)
