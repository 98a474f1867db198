"""Letters to bodies that owe something: 督办单 or 工作提示函; who gets one, and all that it says.

They are Chinese official papers, so they are in Chinese whatever the language in use. What only
the sender can know (its name, the document number, the day by which it wants an answer, whom to
ask) is set in registry.toml, and stands as a placeholder in 〔〕 where it is not: nothing is
invented.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from registry.audit.finding import Audit, Finding
from registry.audit.finding_builder import OFFICE
from registry.model.vocabulary import SEVERITIES
from registry.report.chinese_text import chinese_date
from registry.report.letters.groups import FindingGroups, Kind, group_findings
from registry.report.letters.paragraphs import LetterParagraph, Lists, paragraphs, partners_of
from registry.report.letters.sources import Sources
from registry.report.letters.tables import ANSWER, DEMANDED, DONE_LATE, LetterTable, letter_tables
from registry.report.sender import Sender, sender_of
from registry.store.log.checkpoints import Head
from registry.text import NOT_IN_FILE_NAMES

_CLOSING: Final[dict[Kind, str]] = {"督办单": "特此督办。", "工作提示函": "特此函告。"}


@dataclass(frozen=True, slots=True)
class LetterContent:
    """All that a letter says, for every format alike.

    `subject`: the title, less its sender; `copies`: full names of whom it also goes to;
    `log_note`: what the log of changes was, by which whoever holds the paper can check it.
    """

    subject: str
    sender: Sender
    addressee: str
    paragraphs: list[LetterParagraph]
    closing: str
    date: str
    tables: list[LetterTable]
    copies: list[str]
    log_note: str
    as_of: str
    demonstration: bool

    @property
    def title(self) -> str:
        """The title: who sends it, about what."""
        return self.sender.name + self.subject

    @property
    def attachments(self) -> list[str]:
        """The lines below 附件：; numbered where there are several."""
        titles = [table.title for table in self.tables]
        return titles if len(titles) == 1 else [f"{n}.{t}" for n, t in enumerate(titles, 1)]


@dataclass(frozen=True)
class Letter:
    """A letter to one body, yet to be set. `n`: its place in the year's numbers, if known."""

    kind: Kind
    body: str
    groups: FindingGroups
    sources: Sources
    demonstration: bool
    reconstruction: bool
    n: int | None = None

    @property
    def findings(self) -> list[Finding]:
        """What the letter is about, in the order of its lists."""
        return self.groups.all

    @property
    def file_name(self) -> str:
        """督办单-市水利局-20210630.docx."""
        return f"{self.stem}.docx"

    @property
    def stem(self) -> str:
        """The file's name without its ending."""
        name = self.sources.names[self.body].translate(NOT_IN_FILE_NAMES)
        return f"{self.kind}-{name}-{self.sources.as_of.replace('-', '')}"

    @cached_property
    def sender(self) -> Sender:
        """Who sends it."""
        sources = self.sources
        asks = bool(self.groups.demanded)
        return sender_of(
            sources.papers, sources.as_of, self.n, sources.answer_on, asks_for_answer=asks
        )

    def content(self) -> LetterContent:
        """All that it says."""
        sources, sender = self.sources, self.sender
        tables = letter_tables(self.body, self.groups, sources, reconstruction=self.reconstruction)
        places = {table.title: f"附件{n}" for n, table in enumerate(tables, 1)}
        if len(places) == 1:
            places = dict.fromkeys(places, "附件")
        lists = Lists(*(places.get(title, "") for title in (DEMANDED, DONE_LATE, ANSWER)))
        partners = partners_of(self.body, self.groups.demanded)
        copies = [sources.full_names[partner] for partner in partners]
        return LetterContent(
            f"关于赋权配套任务落实情况的{self.kind}",
            sender,
            sources.full_names[self.body],
            list(paragraphs(self.kind, self.body, self.groups, sources, lists, sender.answer_by)),
            _CLOSING[self.kind],
            chinese_date(sources.as_of),
            tables,
            list(dict.fromkeys([*copies, *sender.copies_to])),
            log_note(sources.log),
            sources.as_of,
            self.demonstration,
        )


def log_note(head: Head) -> str:
    """What the log was when a paper was made: by it whoever holds the paper can check the log."""
    return f"变更记录{head.entries:,}条{head.bytes:,}字节 SHA-256 {head.sha256}"


def letters(
    audit: Audit,
    sources: Sources,
    kind: Kind | None = None,
    *,
    bodies: Collection[str] = (),
    first_number: int | None = None,
) -> list[Letter]:
    """A letter for each department and zone that owes something, departments first.

    What owes is an alarm that nobody waived; the reform office writes none to itself.
    `bodies`: only letters to these; `first_number`: the place of the first letter in the year.
    """
    owed: dict[str, list[Finding]] = {
        body: [] for body in sources.full_names if not bodies or body in bodies
    }
    for finding in audit.findings:
        if finding.status == "alarm" and not finding.waived:
            for body in finding.owed_by:
                if body in owed and body != OFFICE:
                    owed[body].append(finding)
    items = audit.provenance.get("item", {})
    written: list[Letter] = []
    for body, findings in owed.items():
        if findings:
            groups = group_findings(sorted(findings, key=_order), sources.rules)
            n = None if first_number is None else first_number + len(written)
            written.append(
                Letter(
                    *(kind or groups.kind, body, groups, sources, audit.demonstrates),
                    *(bool(items.get("reconstruction")), n),
                )
            )
    return written


def _order(finding: Finding) -> tuple[int, str, str, str, str]:
    severity = SEVERITIES.index(finding.severity)
    return severity, finding.code, finding.instrument, finding.duty or "", finding.subject_id


def left_open(written: Sequence[Letter]) -> list[str]:
    """What stands as a placeholder in some of the letters, as message ids."""
    return list(dict.fromkeys(name for letter in written for name in letter.sender.left_open))
