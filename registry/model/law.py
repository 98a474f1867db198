"""An article outside the instruments that rules rest on, as law.yml of a data root states it."""

from __future__ import annotations

from registry.model.citation import citation
from registry.model.fields import Bilingual, IsoDate, Name, Row
from registry.model.vocabulary import Basis


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
        """As people cite it."""
        return citation(self.law, self.version, self.article)
