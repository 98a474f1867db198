"""What a terminal shows of clauses: where each stands, what it says, and what checks it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from registry.audit.coverage import Coverage
from registry.audit.rule import Rule
from registry.audit.rule_book import with_ids
from registry.locale import _, language, list_separator
from registry.report.terminal import bold, indent, wrap


def clause_tree(
    title: str,
    clauses: Iterable[Coverage],
    rules: Iterable[Rule],
    width: int,
    *,
    colour: bool,
    uncovered: str | None = None,
) -> Iterator[str]:
    """Clauses below their instrument's title, each with what checks it, part by part.

    `rules`: all whose titles are told; `uncovered`: what is said of a clause that nothing stands
    behind.
    """
    titles = {rule.code: getattr(rule.header.title, language()) for rule in rules}
    yield bold(wrap(title, width), colour) + "\n"
    for clause in clauses:
        place = with_ids(clause.heading, [clause.clause])
        yield _indented(f"{place} {getattr(clause.text, language())}", 2, width)
        for line in _checks(clause, titles, uncovered):
            yield _indented(line, 4, width)


def _checks(clause: Coverage, titles: dict[str, str], uncovered: str | None) -> Iterator[str]:
    for duty in clause.duties:
        yield _("{duty} ({id}): {codes}").format(
            duty=getattr(duty.name, language()),
            id=duty.duty,
            codes=list_separator().join(duty.rules) or _("nothing"),
        )
    for code in clause.rules:
        yield f"{code} {titles[code]}"
    for code in clause.unknown:
        yield _("{code}: there is no such rule").format(code=code)
    if clause.at_intake:
        yield _("enforced at intake")
    elif clause.reason:
        yield _("not checkable: {reason}").format(reason=getattr(clause.reason, language()))
    elif not clause.covered:
        yield uncovered or _("nothing")


def _indented(text: str, depth: int, width: int) -> str:
    return indent(wrap(text, width - depth), depth) + "\n"
