"""The processes of a server notice that another one was killed."""

import asyncio
import subprocess
import sys
from pathlib import Path

from abandoned_checkouts.work.processes import Processes
from tests.places import ROOT

OTHER = """
import sys
from pathlib import Path
from abandoned_checkouts.work.processes import Processes
with Processes(Path(sys.argv[1]), 2):
    print("ready", flush=True)
    sys.stdin.read()
"""


def test_a_killed_process_is_noticed(tmp_path: Path) -> None:
    with Processes(tmp_path, 2) as processes:
        assert asyncio.run(processes.problem()) == "1 of 2 processes ended and will be started again"
        command = [sys.executable, "-c", OTHER, str(tmp_path)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as other:
            assert other.stdout is not None and other.stdout.readline() == b"ready\n"
            assert asyncio.run(processes.problem()) is None
            other.kill()
            other.wait()
        assert asyncio.run(processes.problem()) == "1 of 2 processes ended and will be started again"
        assert len(list(tmp_path.iterdir())) == 1
