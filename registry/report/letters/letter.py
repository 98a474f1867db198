"""Letters to bodies that owe something, as DOCX: 督办单 or 工作提示函.

They are Chinese official papers, so they are in Chinese whatever the language in use. What only
the sender can know (its name, the document number, the day by which it wants an answer, whom to
ask) stands as a placeholder in 〔〕: nothing is invented.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, get_args

from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH

from registry.audit.finding import Audit, Finding
from registry.audit.finding_builder import OFFICE
from registry.model.vocabulary import SEVERITIES
from registry.report.docx_page import (
    HEADING_FONT,
    SUBHEADING_FONT,
    TABLE_SIZE,
    TITLE_FONT,
    TITLE_SIZE,
    Column,
    add_landscape_section,
    add_paragraph,
    add_table,
    chinese_date,
    document_bytes,
    new_document,
)
from registry.report.letters.paragraphs import (
    FindingGroups,
    Kind,
    LetterParagraph,
    Sources,
    group_findings,
    kind_by_content,
    other_side,
    paragraphs,
    short_reference,
    task_name,
)
from registry.store.log.checkpoints import Head
from registry.text import NOT_IN_FILE_NAMES

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
_ANNEX: Final = "赋权配套任务问题清单"
_CLOSING: Final[dict[Kind, str]] = {"督办单": "特此督办。", "工作提示函": "特此函告。"}
_SENDER: Final = "〔发文单位〕"
_NUMBER: Final = "〔文号〕"
_CONTACT: Final = "（联系人：〔姓名〕；联系电话：〔电话〕）"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to one body, yet to be set."""

    kind: Kind
    body: str
    groups: FindingGroups
    sources: Sources
    demonstration: bool
    reconstruction: bool

    @property
    def findings(self) -> list[Finding]:
        """What the letter is about, in the order of its annex."""
        return self.groups.all

    @property
    def title(self) -> str:
        """The title, the kind of paper at its end."""
        return f"关于赋权配套任务落实情况的{self.kind}"

    @property
    def file_name(self) -> str:
        """督办单-市水利局-20210630.docx."""
        name = self.sources.names[self.body].translate(NOT_IN_FILE_NAMES)
        return f"{self.kind}-{name}-{self.sources.as_of.replace('-', '')}.docx"


def letters(audit: Audit, sources: Sources, kind: Kind | None = None) -> list[Letter]:
    """A letter for each department and zone that owes something, departments first.

    What owes is an alarm that nobody waived; the reform office writes none to itself.
    """
    owed: dict[str, list[Finding]] = {body: [] for body in sources.full_names}
    for finding in audit.findings:
        if finding.status == "alarm" and not finding.waived:
            for body in finding.owed_by:
                if body != OFFICE:
                    owed[body].append(finding)
    items = audit.provenance.get("item", {})
    return [
        Letter(
            kind or kind_by_content(findings),
            body,
            group_findings(sorted(findings, key=_order), sources),
            sources,
            audit.demonstrates,
            bool(items.get("reconstruction")),
        )
        for body, findings in owed.items()
        if findings
    ]


def _order(finding: Finding) -> tuple[int, str, str, str, str]:
    severity = SEVERITIES.index(finding.severity)
    return severity, finding.code, finding.instrument, finding.duty or "", finding.subject_id


def letter_bytes(letter: Letter) -> bytes:
    """The letter as a DOCX file."""
    sources = letter.sources
    document = new_document(
        letter.title,
        sources.as_of,
        demonstration=letter.demonstration,
        footer_note=log_note(sources.log),
    )
    left, right = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT
    add_paragraph(document, _NUMBER, align=right)
    add_paragraph(document)
    _title(document, letter.title)
    add_paragraph(document)
    add_paragraph(document, f"{sources.full_names[letter.body]}：", align=left)
    text = list(paragraphs(letter.kind, letter.body, letter.groups, sources))
    for part in text:
        _add_letter_paragraph(
            document, part, keep=part is text[-1]
        )  # no page bears the signature alone
    add_paragraph(document, _CLOSING[letter.kind], indent=2, keep=True)
    add_paragraph(document, keep=True)
    add_paragraph(document, f"附件：{_ANNEX}", indent=2, keep=True)
    add_paragraph(document, keep=True)
    add_paragraph(document, keep=True)
    add_paragraph(document, _SENDER, align=right, right=4, keep=True)
    add_paragraph(document, chinese_date(sources.as_of), align=right, right=4, keep=True)
    add_paragraph(document, _CONTACT, indent=2)
    _annex(document, letter)
    return document_bytes(document)


def log_note(head: Head) -> str:
    """What the log was when a paper was made: by it whoever holds the paper can check the log."""
    return f"变更记录{head.entries:,}条{head.bytes:,}字节 SHA-256 {head.sha256}"


def _title(document: DocumentObject, text: str) -> None:
    add_paragraph(
        document,
        (text, TITLE_FONT),
        align=WD_ALIGN_PARAGRAPH.CENTER,
        size=TITLE_SIZE,
        pitch=32,
    )


def _add_letter_paragraph(document: DocumentObject, part: LetterParagraph, *, keep: bool) -> None:
    if part.level == 1:
        add_paragraph(document, (part.heading, HEADING_FONT), indent=2, keep=True)
    elif part.level == 2:
        add_paragraph(document, (part.heading, SUBHEADING_FONT), part.text, indent=2, keep=keep)
    else:
        add_paragraph(document, part.text, indent=2, keep=keep)


_COLUMNS: Final = (
    Column("序号", 10, "center"),
    Column("事项编号", 18, "center"),
    Column("事项名称", 40),
    Column("", 25),
    Column("任务", 29),
    Column("条款", 22, "center"),
    Column("期限", 23, "center"),
    Column("逾期天数", 13, "center"),
    Column("整改要求", 45),
)


def _annex(document: DocumentObject, letter: Letter) -> None:
    add_landscape_section(document)
    add_paragraph(document, ("附件", HEADING_FONT), align=WD_ALIGN_PARAGRAPH.LEFT)
    _title(document, _ANNEX)
    add_paragraph(document, size=TABLE_SIZE, pitch=10)
    other = "市级部门" if letter.body in letter.sources.zones else "承接主体"
    columns = [c if c.head else Column(other, c.width) for c in _COLUMNS]
    add_table(document, columns, _rows(letter))
    for note in _notes(letter):
        add_paragraph(document, note, size=TABLE_SIZE, pitch=18)


def _rows(letter: Letter) -> Iterator[Sequence[str]]:
    sources, findings = letter.sources, letter.findings
    several = len({f.instrument for f in findings}) > 1
    for n, finding in enumerate(findings, 1):
        clauses = sources.rules.places(finding)
        if several:
            clauses = f"{short_reference(finding.instrument, findings, sources)} {clauses}"
        yield (
            str(n),
            finding.item or "—",
            finding.item_name or "—",
            other_side(finding, letter.body, sources) or "—",
            task_name(finding, sources),
            clauses,
            finding.due_on or "—",
            "—" if finding.days_overdue is None else str(finding.days_overdue),
            sources.rules.header(finding).remedy.zh,
        )


def _notes(letter: Letter) -> Iterator[str]:
    day = chinese_date(letter.sources.as_of)
    until = f"{day}，已完成的算至完成之日" if letter.groups.late else day
    if any(f.days_overdue for f in letter.findings):
        yield f"注：逾期天数自期限次日起算至{until}，按自然日计。"
    if letter.reconstruction:
        yield "注：事项清单含重建数据，不是文件的正式附件；取得正式附件后以正式附件为准。"
