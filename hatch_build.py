"""Hatch asks here before it packs a wheel: the page has to be built, for the wheel is to bring it along."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ExplorerHook(BuildHookInterface):
    def dependencies(self) -> list[str]:
        """Node's wheel where neither the built page nor a Node is at hand: a build's own environment has no pip."""
        building = self._building()
        ready = building.up_to_date() or not (building.WEB / "package.json").is_file() or shutil.which("node")
        return [] if ready else [building.NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable":  # `make explorer` builds it for a checkout
            self._building().build()

    def _building(self) -> Any:
        source = str(Path(self.root) / "app")
        sys.path.insert(0, source)
        try:
            from abandoned_checkouts.explorer import build
        finally:
            sys.path.remove(source)
        return build
