"""The scope of an item, where its list states one and where it doesn't."""

from __future__ import annotations

from registry.model.instrument import Annex
from registry.model.vocabulary import Basis, Scope


def scope_of(
    stated: Scope | None, remark: str | None, annex: Annex
) -> tuple[Scope | None, Basis | None]:
    """An item's scope and what it rests on.

    What the list states; else what the instrument states for the whole annex; else, as a reading,
    部分 with a remark and 全部 without. Items that are withdrawn have none unless it is stated.
    """
    scope = stated or annex.default_scope
    if scope:
        return scope, "text"
    if annex.role == "withdrawn":
        return None, None
    return ("部分" if remark else "全部"), "reading"
