"""For whom an internal file is: the reform office, or one department or zone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

AudienceKind = Literal["office", "department", "zone"]


@dataclass(frozen=True, slots=True)
class Audience:
    """Who sees what. `id`: of the department or zone; None for the office, which sees all."""

    kind: AudienceKind
    id: str | None = None

    @property
    def is_office(self) -> bool:
        """Whether it sees everything."""
        return self.kind == "office"


OFFICE: Final = Audience("office")

AUDIENCE: Final = "registry.audience"
"""Key of the ASGI scope: the `Audience` of a request. Without it a request is not answered."""
