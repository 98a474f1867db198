"""Files that are no text: written beside, and moved into place when all of them are whole."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path


def write_files(files: Mapping[Path, bytes]) -> None:
    """Write every file, or, where one can't be written, none. Raises OSError."""
    beside = {path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.writing"): path for path in files}
    try:
        for temporary, path in beside.items():
            temporary.write_bytes(files[path])
        for temporary, path in beside.items():
            temporary.replace(path)
    finally:
        for temporary in beside:
            temporary.unlink(missing_ok=True)
