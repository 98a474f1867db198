"""An article outside the instruments that rules rest on, as law.yml of a data root states it."""

from __future__ import annotations

from registry.model.citation import citation
from registry.model.fields import Count, LooseDate, Ordinal, Row
from registry.model.limits import Bilingual, Name
from registry.model.vocabulary import Basis, DayUnit, PowerType


class Limit(Row):
    """How long an article lets a decision on a power of a type take, from acceptance: `amount` days
    of `unit`, and `extension` more where that is approved."""

    power_type: PowerType
    amount: Ordinal
    unit: DayUnit = "working"
    extension: Count = 0


class Law(Row):
    """An article of a law. `version`: which text of it; `status`: whether `in_short` is the
    article's own wording or a reading of it; `in_force_to` None: in force still. `limit`: the
    period that it sets."""

    law: Name
    version: Name
    article: Name
    source: Name
    in_force_from: LooseDate | None = None
    in_force_to: LooseDate | None = None
    status: Basis
    in_short: Bilingual
    limit: Limit | None = None

    @property
    def citation(self) -> str:
        """As people cite it."""
        return citation(self.law, self.version, self.article)
