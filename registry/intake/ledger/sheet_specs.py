"""The sheets of a ledger workbook: which columns they have, and who may fill them in.

Export and import go by the same specification, so that what was sent out is what is read back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from registry.locale import LANGUAGES, N_, in_language
from registry.model.ledger import AgreementRow, DeliverableRow, GuidanceRow, LedgerRow, ServiceRow

FORMAT: Final = "1"
MARK: Final = "registry-ledger"
"""What the first cell of the hidden sheet says that knows how the workbook was sent out."""

LISTS_MARK: Final = "registry-ledger-lists"
"""What the first cell of the hidden sheet says that holds the drop-downs."""

BodyKind = Literal["department", "zone"]
FieldType = Literal[
    "text",
    "date",
    "number",
    "terms",
    "acts",
    "items",
    "item",
    "department",
    "zone",
    "party",
    "kind",
    "measure",
    "shown",
]
"""What a cell holds; `party`: a department or zone, `shown`: told, and never read back."""

Fill = Literal["always", "new", "never"]
"""When a cell is open to be filled in; `new`: in rows that are added, and locked afterwards."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column. `widest`: columns of text beyond which it wraps; `former`: its heading in workbooks
    that went out before."""

    name: str
    heading: str
    type: FieldType = "shown"
    fill: Fill = "never"
    widest: int = 12
    former: str | None = None

    @property
    def headings(self) -> set[str]:
        """The heading in every language, and the former one."""
        known = [self.heading, self.former] if self.former else [self.heading]
        return {in_language(heading, language) for heading in known for language in LANGUAGES}


@dataclass(frozen=True, slots=True)
class SheetSpec:
    """A sheet. Its first column is the key that a row is known by; `adds`: it takes new rows."""

    name: str
    title: str
    fields: tuple[Field, ...]
    model: type[LedgerRow]
    adds: bool = False

    @property
    def key(self) -> Field:
        """The column that names a row."""
        return self.fields[0]

    @property
    def filled(self) -> tuple[Field, ...]:
        """Columns that are compared and read back: open in rows that are there already."""
        return tuple(f for f in self.fields if f.fill == "always")

    @property
    def fillable(self) -> tuple[Field, ...]:
        """Columns that are open in rows that are added."""
        return tuple(f for f in self.fields if f.fill != "never")

    def field(self, name: str) -> Field | None:
        """The column of that name, if the sheet has it."""
        return next((f for f in self.fields if f.name == name), None)

    def marker(self, field: Field) -> str:
        """What the hidden row above the header says of a column, in any language."""
        return f"{self.name}.{field.name}"


SHEETS: Final = ("obligations", "agreements", "guidance", "service")
"""Names of all sheets, in their order."""

TITLES: Final = {
    "obligations": N_("Obligations"),
    "agreements": N_("Agreements"),
    "guidance": N_("Guidance requests"),
    "service": N_("Service reductions"),
}


def sheet_specs(kind: BodyKind) -> tuple[SheetSpec, ...]:
    """The sheets of a department's or a zone's workbook."""
    if kind == "zone":
        return (_obligations(kind), _agreements(), _guidance(kind), _service())
    return (_obligations(kind), _agreements(), _guidance(kind))


_ITEM: Final = Field("item", N_("Item"), widest=8)
_ITEM_NAME: Final = Field("item_name", N_("Item name"), widest=22)
_PROVENANCE: Final = Field("provenance", N_("Provenance"), widest=20)
_DOCUMENT: Final = Field("document", N_("Document name"), "text", "always", 20)
_URL: Final = Field("url", N_("Link"), "text", "always", 22)
VOIDED_WHY: Final = N_("Void: why")
"""The heading of the column that voids a row by saying why."""

_VOID: Final = Field("voided_why", VOIDED_WHY, "text", "always", 12)


def _obligations(kind: BodyKind) -> SheetSpec:
    other = (
        Field("zone", N_("Zone"), widest=12)
        if kind == "department"
        else Field("department", N_("Department"), widest=13)
    )
    return SheetSpec(
        "obligations",
        TITLES["obligations"],
        (
            Field("key", N_("Task No."), widest=24),
            *(_ITEM, _ITEM_NAME, other),
            Field("mode", N_("Mode"), widest=10),
            Field("duty", N_("Duty"), widest=16),
            Field("due_on", N_("Due on"), "shown", widest=10),
            Field("status", N_("Status"), widest=8),
            Field("days_overdue", N_("Days overdue"), widest=6),
            Field("done_on", N_("Date done"), "date", "always", 10),
            *(_DOCUMENT, _URL),
            Field("note", N_("Notes"), "text", "always", 16),
            *(_VOID, _PROVENANCE),
        ),
        DeliverableRow,
    )


def _agreements() -> SheetSpec:
    return SheetSpec(
        "agreements",
        TITLES["agreements"],
        (
            Field("number", N_("Agreement No."), "text", "new", 20),
            Field("department", N_("Granted by"), "party", "always", 16),
            Field("zone", N_("Granted to"), "zone", "always", 12),
            Field("signed_on", N_("Signed"), "date", "always", 10, former=N_("Signed on")),
            Field("effective_on", N_("Effective on"), "date", "always", 10),
            Field("expires_on", N_("Expires on"), "date", "always", 10),
            Field("clauses", N_("Terms it contains"), "terms", "always", 24),
            Field("covers", N_("Items it covers"), "items", "always", 16),
            *(_DOCUMENT, _URL),
            Field("renews", N_("Renews agreement No."), "text", "always", 20),
            Field("filed_on", N_("Filed on"), "date", "always", 10),
            Field("terminated_on", N_("Terminated on"), "date", "always", 10),
            Field("termination_basis", N_("Basis of termination"), "text", "always", 20),
            Field("dissolved_public_on", N_("Dissolution made public on"), "date", "always", 10),
            Field("acts", N_("Acts its powers name"), "acts", "always", 16),
            *(_VOID, _PROVENANCE),
        ),
        AgreementRow,
        adds=True,
    )


def _guidance(kind: BodyKind) -> SheetSpec:
    raises: Fill = "always" if kind == "zone" else "never"
    answers: Fill = "always" if kind == "department" else "never"
    other = (
        Field("department", N_("Department"), "department", raises, 16)
        if kind == "zone"
        else Field("zone", N_("Zone"), "zone", widest=14)
    )
    return SheetSpec(
        "guidance",
        TITLES["guidance"],
        (
            Field("key", N_("Request No."), widest=8),
            other,
            Field("kind", N_("Kind of guidance"), "kind", raises, 12),
            Field("raised_on", N_("Raised on"), "date", raises, 10),
            Field("text", N_("What is asked for"), "text", raises, 46),
            Field("answered_on", N_("Answered on"), "date", answers, 10),
            *((_VOID,) if kind == "zone" else ()),
            _PROVENANCE,
        ),
        GuidanceRow,
        adds=kind == "zone",
    )


def _service() -> SheetSpec:
    return SheetSpec(
        "service",
        TITLES["service"],
        (
            Field("key", N_("Record No."), widest=8),
            Field("item", N_("Item"), "item", "new", 10),
            Field("item_name", N_("Item name"), widest=30),
            Field("measure", N_("What is reduced"), "measure", "always", 10),
            Field("before", N_("Before"), "number", "always", 8),
            Field("after", N_("After"), "number", "always", 8),
            Field("unit", N_("Unit"), "text", "always", 12),
            *(_VOID, _PROVENANCE),
        ),
        ServiceRow,
        adds=True,
    )
