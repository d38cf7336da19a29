"""Hatch build hook: a wheel, and an editable install, carry the compiled catalogues."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface):  # type: ignore[type-arg]
    """Compile the message catalogues before the package is put together."""

    PLUGIN_NAME = "custom"

    def initialize(self, _version: str, _build_data: dict[str, Any]) -> None:
        """Compile; hatch calls it before each build."""
        sys.path.insert(0, str(Path(self.root)))
        from tools.catalogue import compile_all

        compile_all(Path(self.root) / "scheduler" / "locale")
