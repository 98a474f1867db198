"""An office's own configuration: registry.toml, waivers.yml, words.yml, its own rules."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from registry.cli.data_paths import CONFIG, WAIVERS, WORDS

if TYPE_CHECKING:
    import sqlite3

    from registry.audit.rule import Rule
    from registry.model.config import Config
    from registry.model.waiver import Waiver
    from registry.model.word_list import WordList


def load_config(named: Path | None) -> Config:
    """The file that was named, which has to be there; else ./registry.toml; else the defaults."""
    from registry.intake.config import read_config
    from registry.model.config import Config

    path = named or Path(CONFIG)
    return read_config(path) if named or path.is_file() else Config()


def load_waivers(named: Path | None) -> tuple[list[Waiver], Path]:
    """The waivers, and the file: the one named, which has to be there; else ./waivers.yml."""
    from registry.intake.waivers import read_waivers

    path = named or Path(WAIVERS)
    return (read_waivers(path) if named or path.is_file() else []), path


def load_words() -> WordList:
    """The words that the search knows: those of the program, and those of ./words.yml, if any."""
    from registry.site.search.vocabulary import shipped_words

    path = Path(WORDS)
    if not path.is_file():
        return shipped_words()
    from registry.intake.word_list import read_words

    return shipped_words().with_own(read_words(path))


def configured_rules(conn: sqlite3.Connection, config: Config, own: Path | None) -> list[Rule]:
    """The rules of a registry and those of one's own, with the configured severities, less those
    ignored.

    Raises RuleError, and UnknownRule for a code in the configuration that is no rule's.
    """
    from registry.audit.duty_rules import registry_rules
    from registry.audit.rule import UnknownRule, load_rules

    rules = registry_rules(conn) + (load_rules(own) if own else [])
    codes = {rule.code for rule in rules}
    for code in (*config.severity, *(ignored.rule for ignored in config.ignore)):
        if code not in codes:
            raise UnknownRule(code)
    ignored = {entry.rule for entry in config.ignore}
    return [_configured(rule, config) for rule in rules if rule.code not in ignored]


def waivable_codes(rules: Iterable[Rule], config: Config) -> set[str]:
    """Codes that a waiver may name: of rules that run, and of those left out by configuration."""
    return {rule.code for rule in rules} | {entry.rule for entry in config.ignore}


def _configured(rule: Rule, config: Config) -> Rule:
    severity = config.severity.get(rule.code)
    return rule if severity is None else rule.with_severity(severity)


def show_config(config: Config) -> str:
    """The configuration in force, as a registry.toml that says all of it."""
    lines = ["[thresholds]"]
    lines += [f"{name} = {value}" for name, value in config.thresholds.model_dump().items()]
    lines += ["", "[evaluation]"]
    lines += [f"{name} = {value}" for name, value in config.evaluation.model_dump().items()]
    lines += ["", "[severity]"]
    lines += [f'{code} = "{severity}"' for code, severity in sorted(config.severity.items())]
    for entry in config.ignore:
        reason = entry.reason.replace("\\", "\\\\").replace('"', '\\"')
        lines += ["", "[[ignore]]", f'rule = "{entry.rule}"', f'reason = "{reason}"']
    return "\n".join(lines) + "\n"
