"""An article outside the instruments that rules rest on, as law.yml of a data root states it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from registry.model.fields import Bilingual, IsoDate, Name, Row
from registry.model.vocabulary import Basis

LawId = Annotated[str, Field(pattern=r"^L[1-9][0-9]*$")]
"""What rules call an article."""


class Law(Row):
    """An article of a law. `version`: which text of it; `status`: whether `in_short` is the
    article's own wording or a reading of it; `in_force_to` None: in force still."""

    law: Name
    version: Name
    article: Name
    source: Name
    in_force_from: IsoDate | None = None
    in_force_to: IsoDate | None = None
    status: Basis
    in_short: Bilingual

    @property
    def citation(self) -> str:
        """As people cite it: 行政许可法（2019-04-23）第二十四条."""
        return f"{self.law}（{self.version}）{self.article}"
