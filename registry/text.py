"""Text compared regardless of width and case: the one normal form that every comparison builds on.

Equal names are those with the same `name_key`. Comparisons that mean something else are built on
`nfkc_casefold` where they are needed: `intake.listing.cleaning.match_key` lets punctuation and
joining words go as well; `site.search.full_text.fold` takes each character by itself, so that a
part of a name folds to a part of the folded name.
"""

from __future__ import annotations

import unicodedata


def nfkc(text: str) -> str:
    """Unicode's form NFKC: full-width letters, digits and signs become plain ones."""
    return unicodedata.normalize("NFKC", text)


def nfkc_casefold(text: str) -> str:
    """A text regardless of width and case, for comparing."""
    return nfkc(text).casefold()


def name_key(name: str) -> str:
    """What equal names have in common: the name without width, case and white space."""
    return "".join(nfkc_casefold(name).split())
