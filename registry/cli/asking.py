"""What `can`, `who` and `powers` share: words as people write them, and common options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from registry.cli.base import IsoDate, option
from registry.errors import RegistryError, did_you_mean
from registry.locale import N_, _, bracketed, list_separator

if TYPE_CHECKING:
    from registry.authority.facts import Act

ANSWER_CODES: Final = {"yes": 0, "no": 1, "undetermined": 3}
"""Exit codes of an answer; 2 is an error."""

on_option: Final = option(
    "--on",
    "day",
    type=IsoDate(),
    metavar="DATE",
    help=N_("The day that is asked about; today if not given."),
)
"""`day`: a day in ISO's form; None stands for today."""

strict_option: Final = option(
    "--strict",
    is_flag=True,
    help=N_("An entrustment that no recorded law allows is undetermined, not only a caveat."),
)


class UnknownAct(RegistryError):
    """A word that is no act."""


def find_act(acts: dict[str, Act], word: str) -> str:
    """Id of the act of that id or Chinese name. Raises UnknownAct, with the nearest."""
    from registry.text import name_key

    names = {name_key(name): act.id for act in acts.values() for name in (act.id, act.name)}
    found = names.get(name_key(word))
    if found is None:
        known = [name for act in acts.values() for name in (act.name, act.id)]
        shown = list_separator().join(bracketed(act.name, act.id) for act in acts.values())
        raise UnknownAct(
            _("there is no act called {word}").format(word=word),
            did_you_mean(word, known, _("Acts are {known}.").format(known=shown)),
        )
    return found
