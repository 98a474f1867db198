"""What a site is called, and where its data is from: told by the instruments of its file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from registry.locale import LANGUAGES, N_, Language, in_language
from registry.site.published import PublishedFile

_PUBLIC: Final = N_("Powers conferred on the development zones of {place}")
_INTERNAL: Final = N_("{place}: supervision of delegated powers")
_RECONSTRUCTED: Final = N_("the annexes' lists are reconstructed")
_LICENCE: Final = N_(
    "Notices are official documents and not subject to copyright (Copyright Law, Article 5)"
)
_LICENCE_OF_LISTS: Final = N_(
    "the reconstructed lists are offered under Apache-2.0 and have no official force"
)
_BETWEEN: Final[dict[Language, str]] = {"zh": "；", "en": "; "}
_PLACES: Final[dict[Language, str]] = {"zh": "、", "en": ", "}


def with_titles(
    metadata: Mapping[str, Any], file: PublishedFile, *, internal: bool = False
) -> dict[str, Any]:
    """Datasette's metadata with title, source and licence in both languages.

    What the metadata says itself stays; the title of an internal site is never the public one's.
    """
    told = dict(metadata)
    if internal:
        told.pop("title", None)
        told.pop("title_en", None)
    title = _INTERNAL if internal else _PUBLIC
    for language in LANGUAGES:
        ending = "" if language == "zh" else "_en"
        licence, source = [in_language(_LICENCE, language)], _sources(file, language)
        if file.has_reconstruction:
            licence.append(in_language(_LICENCE_OF_LISTS, language))
            source += [in_language(_RECONSTRUCTED, language)] if source else []
        known = {
            "title": in_language(title, language).format(place=places(file, language)),
            "license": _BETWEEN[language].join(licence),
            "source": _BETWEEN[language].join(source),
        }
        for name, text in known.items():
            if text and name not in metadata:
                told.setdefault(name + ending, text)
            elif internal and name == "title":
                told[name + ending] = text
    return told


def places(file: PublishedFile, language: Language) -> str:
    """The places that the instruments are about, each once: in English as any of them says it."""
    found = dict.fromkeys(one.place for one in file.instruments)
    if language == "zh":
        return _PLACES[language].join(found)
    english = {one.place: one.place_en for one in file.instruments if one.place_en}
    return _PLACES[language].join(english.get(place, place) for place in found)


def _sources(file: PublishedFile, language: Language) -> list[str]:
    """Where the instruments are printed; empty where that is not said in the language."""
    texts: Iterable[str | None] = [
        one.source if language == "zh" else one.source_en for one in file.instruments
    ]
    return [] if None in texts else [text for text in dict.fromkeys(texts) if text]
