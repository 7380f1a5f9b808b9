"""A build hook of Hatch: the explorer page is built before a wheel is packed, because the wheel contains it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ExplorerHook(BuildHookInterface):
    def dependencies(self) -> list[str]:
        """The wheel of Node, if there is neither a built page nor a Node: an isolated build environment has no pip."""
        building = self._building()
        ready = building.up_to_date() or not (building.WEB / "package.json").is_file() or shutil.which("node")
        return [] if ready else [building.NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable":  # `make explorer` builds the page of a checkout
            self._building().build()

    def _building(self) -> Any:
        source = str(Path(self.root) / "app")
        sys.path.insert(0, source)
        try:
            from abandoned_checkouts.explorer import build
        finally:
            sys.path.remove(source)
        return build
