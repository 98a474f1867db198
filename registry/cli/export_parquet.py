"""`registry export parquet`: the tables that rules read, for an audit of many registries."""

from __future__ import annotations

from pathlib import Path

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.changing import current_change
from registry.cli.options import FOLDER, config_option, own_rules_option, waivers_option
from registry.cli.registry_file import open_registry
from registry.locale import N_, _


@base.command(
    "parquet",
    N_(
        "Write the tables that rules read as Parquet, into DIR/registry=NAME.\n\n"
        "`registry audit --data DIR` audits many registries together. The folder holds a manifest "
        "with the digest of every file and the state of the log; an export of the same name is "
        "replaced. Neither the log's lines nor stored audits are in it; logins are, where "
        "accounts were loaded."
    ),
)
@click.argument("folder", type=FOLDER, metavar="DIR")
@base.option(
    "--name",
    metavar="NAME",
    help=N_("What the registry is called; whose its log is if not given."),
)
@own_rules_option(N_("Rules of your own, whose tables are needed too."))
@waivers_option
@config_option
@click.pass_context
def command(
    ctx: click.Context,
    folder: Path,
    name: str | None,
    own_rules: Path | None,
    waiver_file: Path | None,
    config_file: Path | None,
) -> None:
    """Export, and say what the manifest's digest is."""
    from registry import __version__
    from registry.audit.rule import texts_of
    from registry.audit.waivers import check_waivers
    from registry.cli import office_config
    from registry.cluster.export import Origin, export_parquet
    from registry.store.instrument import first_issuer

    config = office_config.load_config(config_file)
    waivers, path = office_config.load_waivers(waiver_file)
    with open_registry(database(ctx)) as conn:
        rules = office_config.every_rule(conn, config, own_rules)
        placed = check_waivers(conn, office_config.waivable_codes(rules, config), waivers, path)
        log = " ".join((config.log.origin or first_issuer(conn)).split())
        origin = Origin(
            name or log,
            log,
            __version__,
            current_change().at,
            [
                one.waiver.model_copy(update={"instrument": one.instrument, "subject": one.subject})
                for one in placed
            ],
        )
        written = export_parquet(conn, folder, origin, texts_of(rules))
    click.echo(
        _("Written: {path}; {tables} tables, {n:,} rows").format(
            path=written.folder,
            tables=len(written.manifest.tables),
            n=sum(table.rows for table in written.manifest.tables.values()),
        )
    )
    click.echo(_("sha256 of the manifest: {digest}").format(digest=written.digest))
