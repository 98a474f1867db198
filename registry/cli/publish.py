"""`registry publish`: write the public file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.data_paths import metadata_file
from registry.cli.internal import check_no_demo, publish_internal
from registry.cli.office_config import load_words
from registry.cli.options import (
    FOLDER,
    as_of_option,
    demo_option,
    known_on_option,
    output_option,
    own_rules_option,
)
from registry.cli.progress_bar import progress_bar
from registry.cli.registry_file import open_registry, registry_as_known
from registry.locale import N_, _

if TYPE_CHECKING:
    from registry.catalogue.page_files import PageFiles, WrittenPages
    from registry.site.projection import Publication


_OF_THE_FILE = ("as_of", "log_head")
"""Tables of one row that say what the file is."""


@base.command(
    "publish",
    N_(
        "Write the public file: what was conferred on whom, since when, and what was announced."
        "\n\nFindings, obligations, documents, notes and requests stay inside; so do demonstration "
        "rows, unless you say --demo. With --internal those are written too, for those who sign "
        "in to `registry serve --internal`, as the latest stored audit found them.\n\nWhat people "
        "call things is in a list that the search comes with; words.yml, in the current folder, "
        "adds to it."
    ),
)
@output_option(N_("The public file; an older one is replaced."))
@base.option(
    "--to",
    "folder",
    type=FOLDER,
    metavar="FOLDER",
    help=N_(
        "Instead of -o: a new file in this folder, from which `registry serve FOLDER` serves; it "
        "is served as soon as it is whole, and the one before stays to go back to."
    ),
)
@base.option(
    "--pages",
    type=FOLDER,
    metavar="DIR",
    help=N_(
        "The catalogue's own pages as files, too, in both languages, in this folder, for nginx to "
        "hand out by itself (deploy/nginx.conf); they change with the public file, all at once."
    ),
)
@base.option(
    "--address",
    metavar="URL",
    help=N_("With --pages: the address of the site, like https://registry.example."),
)
@demo_option
@base.option("--instrument", metavar="ID", help=N_("Only what this instrument confers."))
@base.option(
    "--internal",
    is_flag=True,
    help=N_("The file of the internal site instead; not for the public."),
)
@own_rules_option(N_("With --internal: the folder of your own rules, if the audit ran them."))
@as_of_option
@known_on_option
@click.pass_context
def command(
    ctx: click.Context,
    output: Path | None,
    folder: Path | None,
    pages: Path | None,
    address: str | None,
    demo: bool,
    instrument: str | None,
    internal: bool,
    own_rules: Path | None,
    as_of: str | None,
    known_on: str | None,
) -> None:
    """Publish, then say what was published and what was not."""
    target = output or folder
    if target is None or (output and folder):
        raise click.UsageError(_("Say where to: either -o FILE or --to FOLDER."))
    into_folder = folder is not None
    if (pages is None) != (address is None):
        raise click.UsageError(_("--pages and --address go together."))
    if pages and folder and pages.resolve() == folder.resolve():
        raise click.UsageError(_("--pages takes another folder than --to."))
    if internal and pages:
        raise click.UsageError(_("--pages goes with the public file."))
    if internal:
        check_no_demo(demo)
        if instrument:
            raise click.UsageError(
                _("--internal shows every instrument: --instrument goes with the public file.")
            )
    elif own_rules:
        raise click.UsageError(_("--rules goes with --internal."))
    written: WrittenPages | None = None
    with (
        registry_as_known(database(ctx), known_on) as source,
        _page_files(pages, address) as files,
    ):
        if internal:
            publication = publish_internal(
                source, target, as_of=as_of, own_rules=own_rules, into_folder=into_folder
            )
        else:
            publication = publish_from(
                source,
                target,
                demo=demo,
                as_of=as_of,
                instrument=instrument,
                into_folder=into_folder,
                files=files,
            )
        if files:
            written = files.switch()
    path = output or target / publication.path.name
    click.echo(_("Published {path}, as of {day}.").format(path=path, day=publication.as_of))
    if written:
        text = _("{n:,} pages in {folder}, {size:,} MB with what belongs to them.")
        size = max(round(written.size / 1e6), 1)
        click.echo(text.format(n=written.pages, folder=pages, size=size))
    click.echo(summary(publication), nl=False)


def publish_from(
    source: Path,
    target: Path,
    *,
    demo: bool,
    as_of: str | None,
    instrument: str | None = None,
    into_folder: bool = False,
    files: PageFiles | None = None,
) -> Publication:
    """Publish the working file, brought up to date first. Raises RegistryError.

    `files`: what writes pages as files, too; they count once they are switched to.
    """
    from registry.catalogue.projection import PUBLIC
    from registry.site.projection import publish
    from registry.site.publication_folder import publish_into

    with open_registry(source):
        pass
    write = publish_into if into_folder else publish
    return write(
        source,
        target,
        as_of=base.today_or(as_of),
        demo=demo,
        projection=PUBLIC,
        instrument=instrument,
        words=load_words(),
        on_checked=files.write if files else None,
    )


@contextmanager
def _page_files(folder: Path | None, address: str | None) -> Iterator[PageFiles | None]:
    """What writes the pages, and shows how far it is; None where no folder is named."""
    if folder is None or address is None:
        yield None
        return
    from registry.catalogue.page_files import PageFiles
    from registry.site.server import read_metadata

    with progress_bar(_("Making pages")) as on_progress:
        yield PageFiles(folder, address, read_metadata(metadata_file()), on_progress)


def summary(publication: Publication) -> str:
    """Rows of each table, and what was left out, and why."""
    from registry.locale.labels import table_label
    from registry.report.terminal import indent, table

    rows = [
        (table_label(name), n) for name, n in publication.rows.items() if name not in _OF_THE_FILE
    ]
    text = "\n" + table(rows)
    if publication.left_out:
        missing = [(table_label(e.table), e.rows, str(e)) for e in publication.left_out]
        text += "\n" + _("Left out:") + "\n" + indent(table(missing), 2)
    return text
