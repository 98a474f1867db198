"""Which elements of a web page are not shown, or are struck through, by their styles."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from registry.intake.formats.xmlparts import local

_COMMENT: Final = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_PRINTED: Final = re.compile(r"@media[^{}]*print[^{}]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", re.I)
_RULE: Final = re.compile(r"([^{}@;]{1,2000})\{([^{}]{0,20000})\}")
_SELECTOR: Final = re.compile(r"\s*(\*|[a-z][a-z0-9]*)?((?:[.#][\w-]+)*)\s*", re.IGNORECASE)
_NAME: Final = re.compile(r"[.#][\w-]+")
_DECLARATION: Final = re.compile(r"([a-z-]+)\s*:\s*([^;]*)", re.IGNORECASE)
_STRUCK: Final = frozenset(("s", "strike", "del"))
_UNSEEN: Final = frozenset(("hidden", "collapse"))
_MOST_RULES: Final = 10_000


class Look(NamedTuple):
    """How an element looks. `gone`: it takes no place; `unseen`: it takes its place, but its text
    is not seen; `struck`: its text is struck through."""

    gone: bool = False
    unseen: bool = False
    struck: bool = False


class _Says(NamedTuple):
    """What declarations say of an element; None: nothing."""

    gone: bool | None = None
    unseen: bool | None = None
    struck: bool | None = None


class _Rule(NamedTuple):
    """A rule with one selector: what must be there for it to hold, and what it says."""

    tag: str
    names: frozenset[str]
    says: _Says


class StyleSheet:
    """The rules of a page that hide something or strike it through.

    Only selectors of a single element are known: a tag, classes and a name.
    """

    def __init__(self, root: Any) -> None:
        rules: list[tuple[tuple[int, int], _Rule]] = []
        for style in root.iter("style"):
            text = _PRINTED.sub(" ", _COMMENT.sub(" ", style.text or ""))
            for match in _RULE.finditer(text):
                says = _said(match[2])
                if says == _Says():
                    continue
                for selector in match[1].split(","):
                    found = _SELECTOR.fullmatch(selector)
                    if found and selector.strip() and len(rules) < _MOST_RULES:
                        names = frozenset(_NAME.findall(found[2]))
                        rank = sum(100 if name[0] == "#" else 10 for name in names)
                        tag = (found[1] or "").lower().replace("*", "")
                        rules.append(((rank + bool(tag), len(rules)), _Rule(tag, names, says)))
        self._rules = [rule for _rank, rule in sorted(rules, key=lambda found: found[0])]
        self._known: dict[tuple[str, ...], _Says] = {}

    def look(self, element: Any, around: Look) -> Look:
        """How an element looks, inside another that looks so."""
        kind = local(element)
        attributes = element.attrib
        if not attributes and not self._rules and kind not in _STRUCK:
            return around
        says = self._says(kind, attributes)
        gone = says.gone if says.gone is not None else "hidden" in attributes
        return Look(
            around.gone or gone,
            around.unseen if says.unseen is None else says.unseen,
            # A line that goes through what is around it goes through this as well.
            around.struck or (kind in _STRUCK if says.struck is None else says.struck),
        )

    def _says(self, kind: str, attributes: Any) -> _Says:
        own = attributes.get("style") or ""
        if not own and not self._rules:
            return _Says()
        key = (kind, attributes.get("class") or "", attributes.get("id") or "", own)
        if key not in self._known:
            names = {f".{name}" for name in key[1].split()} | {f"#{key[2]}"}
            says = _Says()
            for rule in self._rules:
                if rule.tag in ("", kind) and rule.names <= names:
                    says = _over(says, rule.says)
            self._known[key] = _over(says, _said(own))
        return self._known[key]


def _over(one: _Says, other: _Says) -> _Says:
    """What both say; the other prevails."""
    return _Says(*(b if b is not None else a for a, b in zip(one, other, strict=True)))


def _said(declarations: str) -> _Says:
    gone = unseen = struck = None
    for name, value in _DECLARATION.findall(declarations):
        words = value.lower().replace("!important", "").split()
        match name.lower():
            case "display":
                gone = "none" in words
            case "visibility":
                unseen = not _UNSEEN.isdisjoint(words)
            case "text-decoration" | "text-decoration-line":
                struck = "line-through" in words
    return _Says(gone, unseen, struck)
