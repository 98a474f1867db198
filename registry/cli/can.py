"""`registry can`: may this zone do this act for this item on this day, and why."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from registry.cli import base
from registry.cli.asking import (
    ANSWER_CODES,
    find_act,
    on_option,
    strict_option,
)
from registry.cli.base import database
from registry.cli.options import FILE, known_on_option, output_option
from registry.cli.registry_file import open_registry
from registry.locale import N_, _, list_separator


@base.command(
    "can",
    N_(
        "May this zone do this act for this item on this day, and why?\n\nZONE, ITEM and ACT are "
        "taken as people write them. Acts: receive (收件), accept (受理), examine (审查), "
        "decide (决定), issue (制证送达), revoke (撤销变更注销), inspect (检查), "
        "penalise (处罚), coerce (强制措施). Every premise is listed with its reason.\n\n"
        "Exit code: 0 yes; 1 no; 3 undetermined; 2 an error."
    ),
)
@click.argument("zone", required=False)
@click.argument("item", required=False)
@click.argument("act", required=False)
@on_option
@base.option(
    "--accepted-on",
    type=base.IsoDate(),
    metavar="DATE",
    help=N_("The day on which the case was accepted that the act is part of."),
)
@known_on_option
@strict_option
@base.option("--timeline", is_flag=True, help=N_("The answers on every day, a row a stretch."))
@base.option(
    "--batch",
    "file",
    type=FILE,
    metavar="FILE",
    help=N_("A table with columns zone, item, act, on: its answers are added as columns."),
)
@base.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", help=N_("The format.")
)
@output_option(N_("Where the answered table goes: .csv or .xlsx."))
@click.pass_context
def command(
    ctx: click.Context,
    zone: str | None,
    item: str | None,
    act: str | None,
    day: str | None,
    accepted_on: str | None,
    known_on: str | None,
    strict: bool,
    timeline: bool,
    file: Path | None,
    form: str,
    output: Path | None,
) -> None:
    """Answer one question, or a table of them."""
    day = base.today_or(day)
    if file is not None:
        if zone or timeline:
            raise click.UsageError(_("--batch takes its questions from the file alone."))
        _batch(database(ctx), known_on, file, output, day, strict=strict)
        return
    if not (zone and item and act):
        raise click.UsageError(_("Name the zone, the item and the act; or a table with --batch."))
    if output is not None:
        raise click.UsageError(_("-o goes with --batch."))
    sys.exit(
        _one(
            (database(ctx), known_on),
            (zone, item, act),
            (day, accepted_on),
            form,
            strict=strict,
            timeline=timeline,
        )
    )


def _one(
    where: tuple[Path, str | None],
    words: tuple[str, str, str],
    days: tuple[str, str | None],
    form: str,
    *,
    strict: bool,
    timeline: bool,
) -> int:
    """Print one answer; its exit code."""
    from registry.authority.answer import Question
    from registry.authority.answering import Authority
    from registry.cli.output import shows_colour, terminal_width
    from registry.report.authority.receipt import receipt
    from registry.store.bodies import find_zone
    from registry.store.connection import reading
    from registry.store.lookups import find_item_number, item_label
    from registry.store.references import References

    with open_registry(*where) as conn, reading(conn):
        zone = find_zone(conn, words[0])
        authority = Authority(conn, zone)
        act = find_act(authority.acts, words[2])
        number = find_item_number(conn, words[1], References(conn))
        question = Question(zone, number, act, days[0], days[1], strict)
        answer, spans = authority.can(question), authority.spans(question)
        reference, name = item_label(conn, number)
        made = receipt(conn)
    if form == "json":
        import json

        from registry.report.authority.json_format import answer_record

        record = answer_record(answer, reference, spans, made)
        click.echo(json.dumps(record, ensure_ascii=False, indent=1))
    elif timeline:
        from registry.report.authority.text_format import timeline_text

        click.echo(timeline_text(spans), nl=False)
    else:
        from registry.report.authority.text_format import answer_text

        called = answer.zone.short_name if answer.zone else words[0]
        width, colour = terminal_width(), shows_colour()
        click.echo(
            answer_text(answer, called, name, spans, made, width=width, colour=colour), nl=False
        )
    return ANSWER_CODES[answer.answer]


def _batch(
    path: Path, known_on: str | None, file: Path, output: Path | None, day: str, *, strict: bool
) -> None:
    """Answer a table of questions, and write it with the answers."""
    from registry.authority.answering import Authority
    from registry.cli.output import write_text
    from registry.files import atomic_write
    from registry.report.authority.batch import answered_csv, answered_xlsx, read_questions
    from registry.store.connection import reading

    with open_registry(path, known_on) as conn, reading(conn):
        table = read_questions(conn, file, day, strict=strict)
        authority = Authority(conn)
        authority.read({question.item for question in table.questions})
        answers = [authority.can(question) for question in table.questions]
    if table.unread:
        note = _("only the first sheet was read, not {sheets}.").format(
            sheets=list_separator().join(table.unread)
        )
        click.echo(_("Note: {note}").format(note=note), err=True)
    if output is not None and output.suffix.lower() == ".xlsx":
        atomic_write(output, answered_xlsx(table, answers))
    else:
        write_text(answered_csv(table, answers), output)
