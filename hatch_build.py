"""Compile message catalogues and rules' headers when a wheel, or an editable install, is built."""

import io
import os
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Babel writes the day on which it runs, and the same source would give another wheel each time.
_DAY = datetime(2020, 2, 2, tzinfo=timezone.utc)


class CompilingHook(BuildHookInterface):  # type: ignore[type-arg]
    """Turn every registry/locale/*/LC_MESSAGES/*.po into the .mo that gettext reads, and what
    registry/audit/rules/*.sql say of themselves into headers.json."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        self._compile_messages()
        self._compile_headers()

    def _compile_messages(self) -> None:
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        for po in Path(self.root, "registry", "locale").glob("*/LC_MESSAGES/*.po"):
            with po.open("rb") as source:
                catalogue = read_po(source)
            catalogue.creation_date = catalogue.revision_date = _DAY
            compiled = io.BytesIO()
            write_mo(compiled, catalogue)
            _write(po.with_suffix(".mo"), compiled.getvalue())

    def _compile_headers(self) -> None:
        sys.path.insert(0, self.root)
        try:
            from registry.audit.rule_headers import COMPILED, compile_headers
        finally:
            sys.path.remove(self.root)
        _write(COMPILED, compile_headers())


def _write(path: Path, content: bytes) -> None:
    """Nobody who runs the program from this folder meanwhile sees it half written, or changed."""
    if not path.is_file() or path.read_bytes() != content:
        new = path.with_name(f"{path.name}.{os.getpid()}")
        new.write_bytes(content)
        new.replace(path)
