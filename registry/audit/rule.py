"""A rule: one SQL file with a YAML header and one SELECT.

The SELECT gives a row for every subject that the rule examines. Columns it must have: instrument,
subject_type, subject_id, status, due_on. Columns it may have: item, zone, department (ids; the
engine looks up names, mode and provenance), duty, discriminator, met_on, provenance, also_owed_by
(the id of one more body that owes it). The message may name any column, and item_name, zone_name,
department_name, mode and overdue.

A rule `per: case` gives rows that stand for several subjects that are alike, `subjects` of them,
and names a case, `case_number`, only where something is to be found: see grouping.

A rule may state `population` in its header, a SELECT of how many it examines. What is ok is then
what the rest of it is, and not counted row by row; its own SELECT need not give it. The population
gives `subjects`, numbers to be summed up, `instrument`, and the columns by which an audit may be
narrowed: item, zone, department.

What a rule rests on, and so to which instruments it applies: the clauses that name it in their
instrument.yml; `law`, articles of law.yml; or `general`, for rules on the records themselves. A
rule of one's own may name clauses itself. Two files stand for the rules of every duty: see
duty_rules.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Final

from registry.audit.own_rules import message_problem
from registry.audit.rule_headers import BUILT_IN, PART, read_header, rule_files, split_header
from registry.errors import RegistryError
from registry.locale import _
from registry.model.limits import OWN
from registry.model.rule_header import RuleHeader
from registry.model.vocabulary import Severity
from registry.validation import explain_all, explain_yaml
from registry.yaml_loader import YamlError

_MAX_BYTES: Final = 1 << 20
_PLACE: Final = re.compile(r"\{([a-z_]+)\}")
"""`{name}` in a SELECT stands for NAME.part.sql of the built-in rules."""


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
    """A rule ready to run. `digest`: SHA-256 of its SELECTs, by which runs are compared.
    `population`: the SELECT of how many it examines, where `sql` need not give what is ok.

    `duties`: of a rule on duties, its header for each (instrument, duty) that it checks; `path`: of
    one of an office's own, its file.
    """

    header: RuleHeader
    sql: str
    digest: str
    duties: Mapping[tuple[str, str], RuleHeader] = field(default_factory=dict)
    population: str | None = None
    path: Path | None = None

    @property
    def code(self) -> str:
        """The stable code."""
        return self.header.code

    @property
    def own(self) -> bool:
        """Whether it is an office's own, and none that is built in."""
        return self.code.startswith(OWN)

    @property
    def listing(self) -> str:
        """Its SQL as people read it: the SELECT, then that of the population."""
        more = f"\n\n-- population: how many it examines\n{self.population}"
        return self.sql + more if self.population else self.sql

    @property
    def names(self) -> frozenset[str]:
        """The names by which it is selected: one, or one for each of its duties."""
        return frozenset({self.header.name, *(header.name for header in self.duties.values())})

    def header_of(self, instrument: str, duty: str | None) -> RuleHeader:
        """The header of a finding: that of its duty, else the rule's."""
        return self.duties.get((instrument, duty or ""), self.header)

    def with_severity(self, severity: Severity) -> Rule:
        """The rule with another severity for all its findings."""
        return replace(
            self,
            header=replace(self.header, severity=severity),
            duties={key: replace(one, severity=severity) for key, one in self.duties.items()},
        )


def load_rules(folder: Path = BUILT_IN) -> list[Rule]:
    """Every rule of a folder, by code; the built-in ones are read once. Raises RuleError."""
    return list(_built_in_rules()) if folder == BUILT_IN else _read_folder(folder)


@cache
def _built_in_rules() -> tuple[Rule, ...]:
    return tuple(_read_folder(BUILT_IN))


def _read_folder(folder: Path) -> list[Rule]:
    rules: dict[str, Rule] = {}
    for path in rule_files(folder):
        rule = _read(path)
        if folder != BUILT_IN and not rule.own:
            raise RuleError(
                _("{code} is a code of the built-in rules").format(code=rule.code),
                _("The code of a rule of one's own begins with X-."),
                path,
            )
        if rule.own:
            _refuse_groundless(rule, path)
            _refuse_message(rule, path)
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


def _refuse_groundless(rule: Rule, path: Path) -> None:
    """Refuse a rule of one's own that does not say what it rests on."""
    header = rule.header
    if header.check or not (header.clauses or header.law or header.general):
        raise RuleError(
            _("the rule does not say what it rests on"),
            _("Name clauses or law, or say general: true."),
            path,
        )


def _refuse_message(rule: Rule, path: Path) -> None:
    """Refuse a rule of one's own with a message that no row can fill in."""
    if (part := message_problem(rule.header.message)) is not None:
        raise RuleError(
            _("the message can't be filled in: {word}").format(word=part),
            _("Set each name in braces, like {item_name}; write braces themselves twice."),
            path,
        )


def _read(path: Path) -> Rule:
    text = _text(path)
    parts = split_header(text)
    if parts is None:
        raise RuleError(
            _("the file has no header"), _("Begin it with /* and the rule's description."), path
        )
    header = _header(parts[0], parts[2], path)
    sql = _PLACE.sub(_part, parts[1].strip().removesuffix(";"))
    population = header.population and _PLACE.sub(_part, header.population).strip()
    rule = Rule(header, sql, digest_of(sql, population), population=population)
    return replace(rule, path=path) if rule.own else rule


def _header(text: str, first_line: int, path: Path) -> RuleHeader:
    try:
        return read_header(text, first_line)
    except YamlError as error:
        raise RuleError(*explain_yaml(error), path) from error
    except ValueError as error:
        from pydantic import ValidationError

        if not isinstance(error, ValidationError):
            raise
        raise RuleError(*explain_all(error), path) from error


def _text(path: Path) -> str:
    """The text of a file, which is UTF-8 or GB18030. Raises RuleError."""
    try:
        data = path.read_bytes() if path.stat().st_size <= _MAX_BYTES else None
    except OSError as error:
        raise RuleError(
            _("the file can't be read: {error}").format(error=error.strerror or error),
            _("Check that it is there, and that you may read it."),
            path,
        ) from error
    if data is None:
        raise RuleError(
            _("the file is larger than {n} MB").format(n=_MAX_BYTES >> 20),
            _("A rule is a header and one SELECT."),
            path,
        )
    for encoding in () if b"\0" in data else ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError):
            return data.decode(encoding)
    raise RuleError(
        _("the encoding is neither UTF-8 nor GB18030"), _("Save the file again as UTF-8."), path
    )


def _part(place: re.Match[str]) -> str:
    path = BUILT_IN / f"{place[1]}{PART}"
    if not path.is_file():
        raise RuleError(_("there is no part called {name}").format(name=place[1]))
    return path.read_text(encoding="utf-8").rstrip()


def texts_of(rules: Iterable[Rule]) -> set[str]:
    """The SELECTs of rules, those of their populations among them."""
    return {sql for rule in rules for sql in (rule.sql, rule.population) if sql}


def digest_of(sql: str, population: str | None = None) -> str:
    """SHA-256 of a rule's SELECT, and of that of its population."""
    return hashlib.sha256("\0".join(filter(None, (sql, population))).encode()).hexdigest()


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
            if rule.code.startswith(word.upper()) or word.lower() in rule.names
        }
        if not codes:
            raise UnknownRule(word)
        found |= codes
    return found
