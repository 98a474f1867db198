"""Errors that a user can mend: what is wrong, what to do about it, and where.

Every error that this program raises for a user is a `RegistryError`; anything else that leaves a
command is a fault of the program. The command line prints them in one place (`registry.cli.errors`)
and leaves with their `exit_code`. Texts are in the language in use where the error is raised.

The tree, each class with the module that defines it (a test holds it against the classes):

    RegistryError
        AmbiguousBodies: store.bodies
        AmbiguousReference: store.references
        BackupDamaged: store.backup
        BodyEventError: store.body_events
        CalendarError: workdays
        CheckpointError: store.log.checkpoints
        ClusterFailure: cluster.spark
        EffectError: store.effects
        ExportError: cluster.manifest
        ImportConflict: cli.ledger_import
        InputError: intake.problems
            NoHeader: intake.unheaded
        InvalidUserName: internal.errors
        LoadFault: cli.platform_files
        LoadRefused: loading.annex
        LogError: store.log.lines
        NameProblem: intake.names
        NoExtra: cluster.extra
        NoSuchRun: audit.stored_audit
        NotComplete: cli.powers
        NotKnown: store.log.known_on
        NotUnderstood: report.authority.batch
        PeriodError: cli.evaluate
        PlatformFileError: intake.platform.places
        PowerError: store.powers
        PrivateFileError: internal.errors
            AccessLogError: internal.access_log
                LogQuotaExceeded: internal.access_log
        Refused: internal.inbox.submission
        RowProblem: audit.own_rules
        RuleError: audit.rule
        RuleFailure: audit.evaluation
        RunChanged: audit.stored_audit
        SiteError: site.errors
        StoreError: store.connection
            FileInUse: store.connection
            RegistryNotEmpty: store.build
        UncoveredDay: workdays
        UnknownAct: cli.asking
        UnknownBody: store.bodies
        UnknownInstrument: store.instrument
        UnknownItem: store.lookups
        UnknownReference: store.references
        UnknownRow: store.ledger.voids
        UnknownRule: audit.rule
        UnknownWaiver: audit.waivers
        YamlError: yaml_loader
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from registry.locale import _, list_separator
from registry.text import nearest


class RegistryError(Exception):
    """Something that a user can mend.

    `problem`: what is wrong, a clause without a full stop where a remedy follows; `remedy`: what to
    do about it, a whole sentence, or ""; `place`: the file, cell or key at fault, as people name it
    (anything whose `str` does), or None.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, problem: str, remedy: str = "", place: object = None) -> None:
        super().__init__(problem, remedy, place)
        self.problem = problem
        self.remedy = remedy
        self.place = place

    def __str__(self) -> str:
        return error_text(self.problem, self.remedy, self.place)

    def messages(self) -> Iterator[str]:
        """One text for each thing that is wrong."""
        yield str(self)

    def remarks(self) -> Iterator[str]:
        """What is said once, after all messages: how many more there are, what was changed."""
        return iter(())


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A remedy for a word that nothing is called: the nearest of what is known, if any is near.

    `otherwise`: what else helps, a whole sentence; it follows.
    """
    names = nearest(word, known)
    if not names:
        return otherwise
    offered = _("Did you mean {names}?").format(names=list_separator().join(names))
    return _("{first} {second}").format(first=offered, second=otherwise) if otherwise else offered


def error_text(problem: str, remedy: str = "", place: object = None) -> str:
    """Problem, remedy and place as one text, in the language in use."""
    if remedy:
        problem = _("{problem}. {remedy}").format(problem=problem, remedy=remedy)
    if place is None:
        return problem
    return _("{place}: {problem}").format(place=place, problem=problem)
