"""A rule: one SQL file with a YAML header and one SELECT.

The SELECT gives a row for every subject that the rule examines. Columns it must have: instrument,
subject_type, subject_id, status, due_on. Columns it may have: item, zone, department (ids; the
engine looks up names, mode and provenance), duty, discriminator, met_on, provenance, also_owed_by
(the id of one more body that owes it). The message may name any column, and item_name, zone_name,
department_name, mode and overdue.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, ValidationError

from registry.errors import RegistryError
from registry.locale import _
from registry.model.fields import Bilingual, Name, Row
from registry.model.vocabulary import Body, Severity
from registry.validation import explain_all, explain_yaml
from registry.yaml_loader import YamlError, load_yaml

BUILT_IN: Final = Path(__file__).parent / "rules"

_HEADER: Final = re.compile(r"\A\s*/\*(?P<header>.*?)\*/\s*(?P<sql>.*?);?\s*\Z", re.DOTALL)


class RuleHeader(Row):
    """What a rule says of itself."""

    code: Annotated[str, Field(pattern=r"^(X-)?[A-Z]{3}\d{3}$")]
    name: Annotated[str, Field(pattern=r"^[a-z][a-z-]+$")]
    title: Bilingual
    severity: Severity
    clauses: list[Annotated[str, Field(pattern=r"^(C\d{2}|L\d)$")]] = Field(min_length=1)
    owed_by: list[Body] = Field(min_length=1)
    remedy: Bilingual
    message: Bilingual
    since: Name


class RuleError(RegistryError):
    """A rule file, or a folder of them, that can't be used. `place`: its path."""


class UnknownRule(RegistryError):
    """A code, prefix or name that selects no rule."""

    def __init__(self, word: str) -> None:
        super().__init__(
            _("no rule is called {word}").format(word=word), _("`registry rules` lists them.")
        )
        self.args = (word,)


@dataclass(frozen=True)
class Rule:
    """A rule ready to run. `digest`: SHA-256 of its SELECT, by which runs are compared."""

    header: RuleHeader
    sql: str
    digest: str

    @property
    def code(self) -> str:
        """The stable code."""
        return self.header.code


def load_rules(folder: Path = BUILT_IN) -> list[Rule]:
    """Every rule of a folder, by code. Raises RuleError.

    Codes of rules from elsewhere begin with X-, so that they never meet a built-in one.
    """
    rules: dict[str, Rule] = {}
    for path in sorted(folder.glob("*.sql")):
        rule = _read(path)
        if folder != BUILT_IN and not rule.code.startswith("X-"):
            raise RuleError(
                _("{code} is a code of the built-in rules").format(code=rule.code),
                _("The code of a rule of one's own begins with X-."),
                path,
            )
        if rule.code in rules:
            raise RuleError(
                _("another file of this folder has the code {code} too").format(code=rule.code),
                _("Give each rule its own."),
                path,
            )
        rules[rule.code] = rule
    if not rules:
        raise RuleError(
            _("the folder holds no rule"), _("A rule is a file that ends in .sql."), folder
        )
    return [rules[code] for code in sorted(rules)]


def _read(path: Path) -> Rule:
    text = path.read_text(encoding="utf-8")
    match = _HEADER.match(text)
    if match is None:
        raise RuleError(
            _("the file has no header"), _("Begin it with /* and the rule's description."), path
        )
    first_line = text.count("\n", 0, match.start("header")) + 1
    try:
        header = RuleHeader.model_validate(load_yaml(match["header"], first_line=first_line))
    except YamlError as error:
        raise RuleError(*explain_yaml(error), path) from error
    except ValidationError as error:
        raise RuleError(*explain_all(error), path) from error
    sql = match["sql"]
    return Rule(header, sql, hashlib.sha256(sql.encode()).hexdigest())


def select_rules(rules: Iterable[Rule], select: str | None, ignore: str | None) -> list[Rule]:
    """The rules that comma-separated codes, prefixes or names select, less those ignored.

    Raises UnknownRule for a word that fits none.
    """
    rules = list(rules)
    chosen = _matching(rules, select) if select else {rule.code for rule in rules}
    chosen -= _matching(rules, ignore) if ignore else set()
    return [rule for rule in rules if rule.code in chosen]


def _matching(rules: list[Rule], words: str) -> set[str]:
    found: set[str] = set()
    for word in filter(None, (part.strip() for part in words.split(","))):
        codes = {
            rule.code
            for rule in rules
            if rule.code.startswith(word.upper()) or rule.header.name == word.lower()
        }
        if not codes:
            raise UnknownRule(word)
        found |= codes
    return found
