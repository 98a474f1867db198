"""An office's own configuration: registry.toml, waivers.yml, words.yml, its own rules."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry.cli.data_paths import CONFIG, WAIVERS, WORDS
from registry.locale import _, list_separator
from registry.model.limits import OWN

if TYPE_CHECKING:
    import sqlite3

    from _typeshed import DataclassInstance

    from registry.audit.rule import Rule
    from registry.model.config import Config
    from registry.model.waiver import Waiver
    from registry.model.word_list import WordList


def load_config(named: Path | None) -> Config:
    """The file that was named, which has to be there; else ./registry.toml; else the defaults."""
    from registry.model.config import Config

    path = named or Path(CONFIG)
    if not (named or os.path.lexists(path)):
        return Config()
    from registry.intake.config import read_config

    config = read_config(path)
    if config.rules.folder:
        folder = str(path.parent / config.rules.folder)
        return replace(config, rules=replace(config.rules, folder=folder))
    return config


def load_waivers(named: Path | None) -> tuple[list[Waiver], Path]:
    """The waivers, and the file: the one named, which has to be there; else ./waivers.yml."""
    path = named or Path(WAIVERS)
    if not (named or os.path.lexists(path)):
        return [], path
    from registry.intake.waivers import read_waivers

    return read_waivers(path), path


def load_words() -> WordList:
    """The words that the search knows: those of the program, and those of ./words.yml, if any."""
    from registry.site.search.vocabulary import shipped_words

    path = Path(WORDS)
    if not os.path.lexists(path):
        return shipped_words()
    from registry.intake.word_list import read_words

    return shipped_words().with_own(read_words(path))


def configured_rules(conn: sqlite3.Connection, config: Config, named: Path | None) -> list[Rule]:
    """The rules of a registry and those of one's own, with the configured severities, less those
    ignored.

    `named`: the folder of one's own rules; else the one of the configuration, if it has any. Raises
    RuleError, and UnknownRule for a code in the configuration that is no rule's. One of the
    office's own (X-…) that is not at hand is told on stderr: others may be given its folder.
    """
    from registry.audit.rule import UnknownRule

    rules = every_rule(conn, config, named)
    codes = {rule.code for rule in rules}
    absent = [code for code in _configured_codes(config) if code not in codes]
    for code in absent:
        if not code.startswith(OWN):
            raise UnknownRule(code)
    if absent:
        note = _(
            "no rule of yours at hand is called {codes}, which {path} mentions. Name their folder "
            "with --rules, or in registry.toml: [rules] folder = …"
        ).format(codes=list_separator().join(absent), path=CONFIG)
        click.echo(_("Note: {note}").format(note=note), err=True)
    ignored = {entry.rule for entry in config.ignore}
    return [_configured(rule, config) for rule in rules if rule.code not in ignored]


def every_rule(conn: sqlite3.Connection, config: Config, named: Path | None) -> list[Rule]:
    """The rules of a registry, and those of one's own as above. Raises RuleError."""
    from registry.audit.duty_rules import registry_rules

    return registry_rules(conn) + own_rules(config, named)


def own_rules(config: Config, named: Path | None) -> list[Rule]:
    """Rules of one's own, from the folder that was named, else the configuration's.

    Raises RuleError, also for a folder that is not there.
    """
    from registry.audit.rule import RuleError, load_rules

    folder = named or (Path(config.rules.folder) if config.rules.folder else None)
    if folder is None:
        return []
    if not folder.is_dir():
        raise RuleError(
            _("there is no such folder"),
            _("Correct [rules] folder in registry.toml, or name another with --rules."),
            folder,
        )
    return load_rules(folder)


def waivable_codes(rules: Iterable[Rule], config: Config) -> set[str]:
    """Codes that a waiver may name: of rules that run, and those that registry.toml mentions."""
    return {rule.code for rule in rules} | set(_configured_codes(config))


def _configured_codes(config: Config) -> list[str]:
    return list(dict.fromkeys((*config.severity, *(entry.rule for entry in config.ignore))))


def _configured(rule: Rule, config: Config) -> Rule:
    severity = config.severity.get(rule.code)
    return rule if severity is None else rule.with_severity(severity)


def show_config(config: Config) -> str:
    """The configuration in force, as a registry.toml that says all of it."""
    lines = ["[thresholds]"]
    lines += [f"{name} = {value}" for name, value in asdict(config.thresholds).items()]
    lines += ["", "[evaluation]"]
    lines += [f"{name} = {value}" for name, value in asdict(config.evaluation).items()]
    lines += ["", "[access_log]"]
    lines += _stated(config.access_log)
    lines += ["", "[papers]"]
    lines += _stated(config.papers)
    lines += ["", "[severity]"]
    lines += [f'{code} = "{severity}"' for code, severity in sorted(config.severity.items())]
    if config.rules.folder:
        folder = config.rules.folder.replace("\\", "\\\\").replace('"', '\\"')
        lines += ["", "[rules]", f'folder = "{folder}"']
    for entry in config.ignore:
        reason = entry.reason.replace("\\", "\\\\").replace('"', '\\"')
        lines += ["", "[[ignore]]", f'rule = "{entry.rule}"', f'reason = "{reason}"']
    return "\n".join(lines) + "\n"


def _stated(section: DataclassInstance) -> Iterator[str]:
    """Lines of what a section states; TOML's strings and lists are written as JSON's are."""
    for name, value in asdict(section).items():
        if value is not None:
            yield f"{name} = {json.dumps(value, ensure_ascii=False)}"
