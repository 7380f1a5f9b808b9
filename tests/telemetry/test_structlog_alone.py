"""The log of a server does not import rich."""

import subprocess
import sys

PROGRAM = """
import sys
from abandoned_checkouts.telemetry.log_setup import set_up_logs
set_up_logs("info", "console")
assert "structlog" in sys.modules
assert "rich" not in sys.modules
import rich
"""


def test_structlog_is_imported_without_rich_and_rich_can_be_imported_later() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], check=True)
