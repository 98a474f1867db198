"""`registry serve`: the public catalogue, or the internal site, in a browser."""

from __future__ import annotations

import signal
import sys
import tempfile
import webbrowser
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.data_paths import metadata_file
from registry.cli.internal import check_no_demo, serve_internal, state_folder
from registry.cli.options import as_of_option, demo_option, own_rules_option, state_option
from registry.cli.publish import publish_from
from registry.locale import N_, _


@base.command(
    "serve",
    N_(
        "Serve the public catalogue on this machine until Ctrl-C.\n\nWithout FILE the working file "
        "is published to a temporary file first, as `registry publish` does; with FILE that "
        "published file is served, whatever it is called. With FOLDER the file is served that "
        "`registry publish --to FOLDER` put there last, and each later one as soon as it is there, "
        "without a request lost. With --internal the internal site is served instead, to those "
        "whom `registry user add` let in; its FILE and FOLDER are made by "
        "`registry publish --internal`."
    ),
)
@click.argument("file", metavar="[FILE|FOLDER]", required=False, type=click.Path(path_type=Path))
@base.option("--port", type=click.IntRange(0, 65535), default=8001, help=N_("The port; 0: any."))
@base.option(
    "--host",
    default="127.0.0.1",
    metavar="ADDRESS",
    help=N_("The address to listen at; 0.0.0.0 lets other machines in."),
)
@demo_option
@base.option("--internal", is_flag=True, help=N_("The internal site, behind a sign-in."))
@base.option(
    "--behind-proxy",
    is_flag=True,
    help=N_(
        "With --internal: a proxy with TLS stands before it. Listen where --host says, keep the "
        "cookies to TLS, and take visitors' addresses from X-Forwarded-For."
    ),
)
@base.option(
    "--proxy",
    "proxies",
    multiple=True,
    metavar="ADDRESS",
    help=N_(
        "With --behind-proxy: the proxy's address or network; nobody else is believed. Can be "
        "given several times. Without it: this machine."
    ),
)
@own_rules_option(N_("With --internal: the folder of your own rules, if the audit ran them."))
@state_option
@as_of_option
@base.option("--open", "open_browser", is_flag=True, help=N_("Open the address in the browser."))
@click.pass_context
def command(
    ctx: click.Context,
    file: Path | None,
    port: int,
    host: str,
    demo: bool,
    internal: bool,
    behind_proxy: bool,
    proxies: tuple[str, ...],
    own_rules: Path | None,
    state: Path | None,
    as_of: str | None,
    open_browser: bool,
) -> None:
    """Publish if need be, take the port, and serve."""
    if file is not None and (demo or as_of):
        raise click.UsageError(
            _("--demo and --as-of go with the working file; FILE is served as it is.")
        )
    signal.signal(signal.SIGTERM, _leave)

    def announce(address: str) -> None:
        """Say where the site is, and open it if that was asked for."""
        _notify(_("Serving {address}").format(address=address))
        _notify(_("Ctrl-C ends it."))
        if open_browser:
            # The port is taken by now: a browser that is quicker than the server waits.
            webbrowser.open(address)

    if internal:
        check_no_demo(demo)
        serve_internal(
            ctx,
            file,
            port=port,
            host=host,
            as_of=as_of,
            own_rules=own_rules,
            state_folder=state_folder(ctx, state),
            proxies=_proxies(behind_proxy, proxies),
            announce=announce,
            notify=_notify,
        )
    elif behind_proxy or proxies or own_rules or state:
        raise click.UsageError(
            _("--behind-proxy, --proxy, --rules and --state go with --internal.")
        )
    else:
        _serve_public(ctx, file, port, host, demo, as_of, announce)


def _proxies(behind_proxy: bool, named: tuple[str, ...]) -> tuple[str, ...]:
    """The proxies that are believed. Raises click.UsageError for --proxy without --behind-proxy."""
    from registry.internal.proxies import THIS_MACHINE

    if named and not behind_proxy:
        raise click.UsageError(_("--proxy goes with --behind-proxy."))
    return (named or THIS_MACHINE) if behind_proxy else ()


def _serve_public(
    ctx: click.Context,
    file: Path | None,
    port: int,
    host: str,
    demo: bool,
    as_of: str | None,
    announce: Callable[[str], None],
) -> None:
    from registry.catalogue.server import make_app, make_hot_swap_app
    from registry.site.server import address_of, bind, read_metadata, run

    with (
        bind(host, port) as listener,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
    ):
        if file is None:
            file = Path(folder, "catalogue.db")
            publish_from(database(ctx), file, demo=demo, as_of=as_of)
        metadata = read_metadata(metadata_file())
        app = (
            make_hot_swap_app(file, metadata, _notify)
            if file.is_dir()
            else make_app(file, metadata)
        )
        announce(address_of(listener))
        run(app, listener)


def _notify(text: str) -> None:
    """What an operator should read, as it happens."""
    click.echo(text, err=True)


def _leave(number: int, frame: FrameType | None) -> None:
    """End as by an exception, so that the temporary file is removed."""
    sys.exit(128 + number)
