"""What the internal file holds besides rows of the working file: rules, progress, documents.

The snapshot is taken first, on a connection of its own; when the file is filled from it, the data
has to be the same still.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, dataclass
from typing import Any, Final

from registry.audit.diff import diff, same_runs
from registry.audit.finding_builder import OFFICE
from registry.audit.progress import ObligationCounts, Progress, progress
from registry.audit.rule import Rule
from registry.audit.rule_book import RuleBook
from registry.audit.seal import is_as_stored
from registry.audit.stored_audit import check_run, read_audit
from registry.audit.whole_audits import WholeAudit, latest_whole_audit, whole_audits
from registry.errors import RegistryError
from registry.internal.inbox.ledger_state import ledger_states
from registry.locale import _, language, use
from registry.model.config import PapersConfig
from registry.model.rule_header import RuleHeader
from registry.report.audit import RenderOptions
from registry.report.audit import render_bytes as audit_bytes
from registry.report.ledger import file_name, workbook_bytes
from registry.report.letters import letter_bytes, letter_sources, letters
from registry.report.progress import RenderOptions as ProgressOptions
from registry.report.progress import render_bytes as progress_bytes
from registry.report.sender import sender_of
from registry.store.bodies import refuse_ambiguous_ids
from registry.store.laws import stored_laws
from registry.store.ledger.workbooks import LedgerBook, ledger_books
from registry.store.log.changes import data_digest

ProgressCallback = Callable[[int, int], None]
"""Called with how many documents are done, and how many there are."""
Download = tuple[str, str, str, str, int, bytes]
"""Body, kind, instrument ("" of all but a workbook to fill in), file name, part, content."""

_PART_BYTES: Final = 2_000_000
"""Bytes of a part: pages read no larger values than `sql_limits` lets them."""

_STATUSES: Final = ("ok", "pending", "alarm", "skip", "manual")


@dataclass(frozen=True)
class Snapshot:
    """One stored audit: its number and day, the digest of its data, and rows as in schema.sql."""

    run: int
    as_of: str
    digest: str
    rules: list[tuple[Any, ...]]
    rule_applications: list[tuple[Any, ...]]
    laws: list[tuple[Any, ...]]
    progress: list[tuple[Any, ...]]
    downloads: list[Download]
    same_runs: list[tuple[int, int]]
    run_changes: list[tuple[str, int, str]]
    ledger_states: list[tuple[str, str, bytes]]

    def materialise(self, conn: sqlite3.Connection) -> None:
        """Make the temporary tables `chosen_…` that the selections read.

        Raises RegistryError where the data has changed since the audit.
        """
        if data_digest(conn) != self.digest:
            raise _outdated(self.run)
        conn.execute("CREATE TEMP TABLE chosen_run AS SELECT ? AS run", (self.run,))
        for table, rows in (
            ("rules", self.rules),
            ("rule_applications", self.rule_applications),
            ("laws", self.laws),
            ("progress", self.progress),
            ("downloads", self.downloads),
            ("run_changes", self.run_changes),
            ("ledger_states", self.ledger_states),
        ):
            info = conn.execute("SELECT name FROM pragma_table_info(?, 'public')", (table,))
            columns = [name for (name,) in info]
            conn.execute(f"CREATE TEMP TABLE chosen_{table} ({', '.join(columns)})")
            marks = ", ".join("?" * len(columns))
            conn.executemany(f"INSERT INTO temp.chosen_{table} VALUES ({marks})", rows)
        conn.execute("CREATE TEMP TABLE chosen_same_runs (run INTEGER PRIMARY KEY, same_as)")
        conn.executemany("INSERT INTO temp.chosen_same_runs VALUES (?, ?)", self.same_runs)


def take_snapshot(
    conn: sqlite3.Connection,
    rules: Iterable[Rule],
    as_of: str | None,
    on_progress: ProgressCallback,
    papers: PapersConfig | None = None,
) -> Snapshot:
    """The snapshot of an audit that is stored in the working file.

    `rules`: all of the registry, and one's own. `as_of`: the day of the audit; None: the latest
    audit. `papers`: who sends letters. Raises RegistryError where there is no such audit, or
    it, data or rules have changed since.
    """
    refuse_ambiguous_ids(conn)
    rule_book = RuleBook(conn, rules)
    run, day, digest = _run(conn, rule_book, as_of)
    if data_digest(conn) != digest:
        raise _outdated(run)
    check_run(conn, run)
    counted = conn.execute(
        f"SELECT code, {', '.join(_STATUSES)} FROM run_rule WHERE run = ? ORDER BY code", (run,)
    ).fetchall()
    books = ledger_books(conn, day)
    if any(code not in rule_book.rules for code, *_counts in counted):
        raise RegistryError(
            _("audit run {run}: rules of your own were used").format(run=run),
            _("Name their folder with --rules."),
        )
    found = progress(conn, day)
    same = same_runs(conn, [one.run for one in whole_audits(conn, run)])
    return Snapshot(
        run,
        day,
        digest,
        [(*_rule(rule_book, code), *counts) for code, *counts in counted],
        list(_applications(conn, run, rule_book, [code for code, *_counts in counted])),
        list(_laws(conn)),
        list(_progress(found)),
        _in_chinese(_downloads(conn, run, found, rule_book, books, on_progress, papers)),
        list(same.items()),
        list(_run_changes(conn, run, same)),
        list(ledger_states(conn, books)),
    )


def _run(conn: sqlite3.Connection, rule_book: RuleBook, as_of: str | None) -> WholeAudit:
    found = latest_whole_audit(conn, rule_book, as_of)
    if found is not None:
        return found
    if as_of is None:
        raise RegistryError(
            _("no audit of everything is stored"),
            _(
                "Run `registry audit`, without --zone, --department or --select, then publish "
                "again."
            ),
        )
    raise RegistryError(
        _("no audit of everything is stored for {day}").format(day=as_of),
        _("Run `registry audit --as-of {day}`, then publish again.").format(day=as_of),
    )


def _outdated(run: int) -> RegistryError:
    return RegistryError(
        _("the data has changed since audit run {run}").format(run=run),
        _("Run `registry audit`, then publish again."),
    )


def _rule(book: RuleBook, code: str) -> tuple[str, ...]:
    rule = book.rules[code]
    clauses = dict.fromkeys(
        clause
        for instrument in book.instruments_of(rule)
        for duty in _duties(rule, instrument)
        for clause in book.clauses(instrument, code, duty)
    )
    header = rule.header
    return (
        *(code, header.name, header.severity, *_texts(header)),
        *(";".join(clauses), ";".join(header.owed_by)),
    )


def _texts(header: RuleHeader) -> tuple[str, str, str, str]:
    return header.title.zh, header.title.en, header.remedy.zh, header.remedy.en


def _duties(rule: Rule, instrument: str) -> list[str]:
    """The duties of an instrument that a rule checks; one without a name where it checks none."""
    return [duty for of, duty in rule.duties if of == instrument] if rule.duties else [""]


def _applications(
    conn: sqlite3.Connection, run: int, book: RuleBook, codes: list[str]
) -> Iterator[tuple[str, ...]]:
    """Rows of rule_applications: where the rules apply now, and what the run's findings name."""
    found = [
        (code, instrument, duty)
        for code in codes
        for instrument in book.instruments_of(book.rules[code])
        for duty in _duties(book.rules[code], instrument)
    ]
    found += conn.execute(
        "SELECT DISTINCT code, instrument, coalesce(duty, '') FROM findings WHERE run = ?", (run,)
    ).fetchall()
    for code, instrument, duty in dict.fromkeys(found):
        header = book.rules[code].header_of(instrument, duty)
        yield (
            *(code, instrument, duty, *_texts(header)),
            ";".join(book.clauses(instrument, code, duty)),
        )


def _laws(conn: sqlite3.Connection) -> Iterator[tuple[str | None, ...]]:
    for id_, law in stored_laws(conn).items():
        yield (
            *(id_, law.citation, law.in_short.zh, law.in_short.en, law.status),
            *(law.in_force_from, law.in_force_to, law.source),
        )


def _progress(found: Progress) -> Iterator[tuple[Any, ...]]:
    yield ("overall", "", "合计", "Overall", None, *_counts(found.overall))
    for kind, standings in found.groups:
        for one in standings:
            yield (kind, one.id, one.name.zh, one.name.en, one.rank, *_counts(one.counts))


def _counts(counts: ObligationCounts) -> tuple[int, ...]:
    return astuple(counts)


def _run_changes(
    conn: sqlite3.Connection, run: int, same: dict[int, int]
) -> Iterator[tuple[str, int, str]]:
    """What a run found otherwise than the last one before it that did not find the same."""
    earlier = sorted((no for no in same if no < same[run]), reverse=True)
    since = next((no for no in earlier if is_as_stored(conn, no)), None)
    if since is None:
        return
    found = diff(conn, since, run)
    for change, findings in (
        ("new", found.new),
        ("resolved", found.resolved),
        ("changed", [after for _before, after in found.changed]),
        ("waived", found.newly_waived),
        ("unevaluated", found.not_evaluated),
    ):
        for finding in findings:
            yield finding.fingerprint, since, change


def _downloads(
    conn: sqlite3.Connection,
    run: int,
    counted: Progress,
    rule_book: RuleBook,
    books: list[LedgerBook],
    on_progress: ProgressCallback,
    papers: PapersConfig | None,
) -> Iterator[Download]:
    """A workbook for every department and zone, and a letter for each that owes something.

    For the office the report on progress, and the workbook of the audit.
    All in Chinese, whoever publishes: they go to Chinese offices.
    """
    as_of = counted.as_of
    sources = letter_sources(conn, rule_book, as_of, papers)
    audit = read_audit(conn, run, rule_book.rules.values())
    written = letters(audit, sources)
    total = len(books) + len(written) + 2
    for done, book in enumerate(books):
        on_progress(done, total)
        name = file_name(book.body.short_name, book.distinguishing_number)
        yield from _parts(book.body.id, "workbook", book.instrument, name, workbook_bytes(book))
    for done, letter in enumerate(written, len(books)):
        on_progress(done, total)
        yield from _parts(letter.body, "letter", "", letter.file_name, letter_bytes(letter))
    day = as_of.replace("-", "")
    on_progress(total - 2, total)
    sender = sender_of(papers or PapersConfig(), as_of)
    paper = progress_bytes("docx", counted, ProgressOptions(sender=sender))
    yield from _parts(OFFICE, "progress", "", f"赋权配套任务进度通报-{day}.docx", paper)
    on_progress(total - 1, total)
    book_of_all = audit_bytes("xlsx", audit, RenderOptions("zh", rule_book, sources.names))
    yield from _parts(OFFICE, "audit", "", f"核查结果-{day}.xlsx", book_of_all)


def _parts(body: str, kind: str, instrument: str, name: str, content: bytes) -> Iterator[Download]:
    for part, start in enumerate(range(0, len(content), _PART_BYTES)):
        yield body, kind, instrument, name, part, content[start : start + _PART_BYTES]


def _in_chinese(downloads: Iterator[Download]) -> list[Download]:
    before = language()
    use("zh")
    try:
        return list(downloads)
    finally:
        use(before)
