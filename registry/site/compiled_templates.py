"""Templates that were compiled, kept for the process: each publication, and each body's site, has
an environment of its own, which would compile the same texts anew."""

from __future__ import annotations

from types import CodeType
from typing import Final

from jinja2.bccache import Bucket, BytecodeCache


class CompiledTemplates(BytecodeCache):
    """The last compiled code of each template file, while its text is the same.

    For environments that compile alike, as all do that the plugin prepares.
    """

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket, if its text was compiled before."""
        checksum, code = self._kept.get(bucket.key, (None, None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        if bucket.code is not None:
            self._kept[bucket.key] = (bucket.checksum, bucket.code)


COMPILED: Final = CompiledTemplates()
