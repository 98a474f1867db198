"""`registry find`: what the registry holds, by words, pinyin or id."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.options import as_of_option, format_option, output_option
from registry.cli.output import shows_colour, terminal_width, write_text
from registry.cli.registry_file import open_registry, print_provenance
from registry.errors import did_you_mean
from registry.locale import N_, _, quoted

if TYPE_CHECKING:
    from registry.model.word_list import WordList
    from registry.store.findables import Findable

_MAX_SHOWN: Final = 12
_MAX_NAME: Final = 40
_HEADINGS: Final = {
    "item": N_("Items of the annexes"),
    "delegation": N_("Delegations"),
    "body": N_("Bodies"),
    "clause": N_("Clauses"),
    "agreement": N_("Agreements"),
    "proof": N_("Proofs"),
    "guidance": N_("Guidance requests"),
    "service": N_("Service reductions"),
    "power": N_("Powers"),
}


@base.command(
    "find",
    N_(
        "Find items, delegations, bodies, clauses, powers and rows of the ledger.\n\nEvery word "
        "has to be in a name; pinyin (qushui, or qs) and ids (1-7 for 1-07) are taken as well. "
        "What nothing is called is understood as on the site: questions, zones, everyday words. "
        "INSTRUMENT:WORDS looks in one instrument. The first column is what `registry show` and "
        "`registry void` take."
    ),
)
@click.argument("words", nargs=-1, required=True)
@base.option("--all", "everything", is_flag=True, help=N_("All that is found, not the first few."))
@format_option("table", "json")
@output_option(N_("Write to a file."))
@as_of_option
@click.pass_context
def command(
    ctx: click.Context,
    words: tuple[str, ...],
    everything: bool,
    form: str,
    output: Path | None,
    as_of: str | None,
) -> None:
    """Look, and print kind by kind."""
    from registry.store.findables import findables
    from registry.store.instrument import places
    from registry.store.references import References
    from registry.store.views import create_shadow_views

    query = " ".join(words)
    with open_registry(database(ctx)) as conn:
        create_shadow_views(conn, base.today_or(as_of))
        known = findables(conn)
        instrument, query = References(conn).split(query)
        if instrument is not None:
            known = [f for f in known if f.instrument == instrument]
        found = _matching(query, known, places(conn))
        print_provenance(conn)
    if form == "json":
        records = [
            {
                **{"kind": f.kind, "key": f.key, "name": f.names[0], "about": list(f.about)},
                "instrument": f.instrument,
            }
            for f in found
        ]
        write_text([json.dumps(records, ensure_ascii=False, indent=1) + "\n"], output)
    elif found:
        write_text([_text(found, None if everything else _MAX_SHOWN)], output)
    else:
        nearest = did_you_mean(query, (n for f in known for n in f.names if f.kind != "clause"))
        text = _("Nothing is called so.") + (f" {nearest}" if nearest else "")
        write_text([text + "\n"], output)


def _matching(query: str, known: list[Findable], places: tuple[str, ...]) -> list[Findable]:
    """What holds every word. A delegation is not told beside its item, which is found as well."""
    from registry.cli.office_config import load_words
    from registry.site.search.matching import SYNONYM, match, words_of
    from registry.site.search.pinyin import readings_for
    from registry.text import id_key

    exact = [f for f in known if id_key(f.id) == id_key(query)]
    if exact:
        return exact
    readings = None
    if any(character.isalpha() and not "\u3400" <= character <= "\u9fff" for character in query):
        readings = readings_for(n for f in known if f.kind in ("item", "body") for n in f.names)
    listed = load_words()
    words = words_of(query, readings, listed.same)
    hits = [(f, hit) for f in known if (hit := match(words, f.id, *f.names))]
    if not hits:
        return _understood(query, known, places, listed)
    # Of a kind in which the words stand as they were typed, nothing that is only near in meaning.
    literal = {f.kind for f, hit in hits if hit.literal}
    found = [f for f, hit in hits if SYNONYM not in hit.reasons or f.kind not in literal]
    found.sort(key=lambda f: f.names[0] != query)
    return _without_delegations_of_items(found)


def _without_delegations_of_items(found: list[Findable]) -> list[Findable]:
    items = {(f.instrument, f.id) for f in found if f.kind == "item"}
    return [f for f in found if (f.instrument, f.item) not in items]


def _understood(
    query: str, known: list[Findable], places: tuple[str, ...], words: WordList
) -> list[Findable]:
    """What a question means, where nothing holds it as typed; says how it was read."""
    from registry.site.search.named import ask
    from registry.site.search.zone_words import Zone

    bodies = [Zone(f.key, f.names[0], f.about[0]) for f in known if f.kind == "body"]
    answer = ask(query, [f.names for f in known], bodies, places, words)
    if answer is None:
        return []
    for typed, held, _lacking in answer.replaced:
        if held:
            names = quoted(held)
            told = _("{typed} is looked for as {names}.").format(typed=quoted([typed]), names=names)
            click.echo(told, err=True)
    if answer.unknown:
        told = _("No name holds {words} as well: looked for without.")
        click.echo(told.format(words=quoted(answer.unknown)), err=True)
    if answer.dropped:
        told = _("Not looked for: {words}.").format(words=quoted(answer.dropped))
        click.echo(told, err=True)
    return _without_delegations_of_items([known[place] for place in answer.places])


def _text(found: list[Findable], most: int | None) -> str:
    from registry.report.terminal import bold, indent, table

    parts = []
    for kind, heading in _HEADINGS.items():
        rows = [(f.key, _short(f.names[0]), " ".join(f.about)) for f in found if f.kind == kind]
        if rows:
            title = _("{heading}: {n:,}").format(heading=_(heading), n=len(rows))
            text = bold(title, shows_colour()) + "\n"
            text += indent(table(rows[:most], width=terminal_width() - 2), 2)
            if most is not None and len(rows) > most:
                more = _("… and {n:,} more; --all shows them").format(n=len(rows) - most)
                text += f"  {more}\n"
            parts.append(text)
    return "\n".join(parts)


def _short(name: str) -> str:
    return name if len(name) <= _MAX_NAME else f"{name[: _MAX_NAME - 1]}…"
