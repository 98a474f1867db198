"""What commands do for the internal site: publish for it, serve it, find its private folder."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from registry.cli.base import database
from registry.cli.data_paths import metadata_file
from registry.cli.progress_bar import progress_bar
from registry.cli.registry_file import open_registry
from registry.errors import RegistryError
from registry.locale import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry.site.projection import Publication

STATE: Final = "registry-internal"


def state_folder(ctx: click.Context, named: Path | None) -> Path:
    """The folder of users, sessions and log: the one named, else that beside the working file."""
    return named or database(ctx).with_name(STATE)


def publish_internal(
    source: Path,
    target: Path,
    *,
    as_of: str | None,
    own_rules: Path | None,
    into_folder: bool = False,
) -> Publication:
    """Publish the office's file from the latest stored audit, or the latest of a day.

    The working file is brought up to date first. Raises RegistryError where no audit is stored.
    """
    from registry.cli.office_config import configured_rules, load_config, load_words
    from registry.internal.projection import internal_projection
    from registry.site.projection import publish
    from registry.site.publication_folder import publish_into

    config = load_config(None)
    with open_registry(source) as conn:
        rules = configured_rules(conn, config, own_rules)
    words = load_words()
    umask = os.umask(0o077)  # nobody else reads what is written here
    try:
        with progress_bar(_("Making workbooks and letters")) as on_progress:
            day, projection = internal_projection(source, rules, as_of, on_progress, config.papers)
        write = publish_into if into_folder else publish
        return write(source, target, as_of=day, demo=True, projection=projection, words=words)
    finally:
        os.umask(umask)


def check_no_demo(demo: bool) -> None:
    """Raise click.UsageError for --demo, which the internal site does without."""
    if demo:
        raise click.UsageError(
            _("--internal shows every row that the audit examined, demonstration rows marked.")
        )


def serve_internal(
    ctx: click.Context,
    source: Path | None,
    *,
    port: int,
    host: str,
    as_of: str | None,
    own_rules: Path | None,
    state_folder: Path,
    proxies: tuple[str, ...],
    announce: Callable[[str], None],
    notify: Callable[[str], None],
) -> None:
    """Serve a published file or folder until Ctrl-C; the working file where `source` is None.

    `proxies`: those with TLS before it, by address or network; none: it is asked directly.
    `announce` is told the address before the first request is answered.

    Raises RegistryError for what can't be served, a port that is taken, or an open address.
    """
    from registry.cli.office_config import load_config
    from registry.internal.server import is_loopback, open_internal_site
    from registry.internal.sql_limits import limit_heap
    from registry.site.server import address_of, bind, read_metadata, run

    if not is_loopback(host) and not proxies:
        raise RegistryError(
            _(
                "The internal site listens on this machine only, so that passwords never cross the "
                "network in the clear. Put a proxy with TLS before it and say --behind-proxy."
            )
        )
    config = load_config(None)
    with (
        bind(host, port) as listener,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
    ):
        if source is None:
            source = Path(folder, "internal.db")
            publish_internal(database(ctx), source, as_of=as_of, own_rules=own_rules)
        site = open_internal_site(
            source,
            read_metadata(metadata_file()),
            state_folder,
            clock=time.time,
            monotonic=time.monotonic,
            notify=notify,
            proxies=proxies,
            log_config=config.access_log,
        )
        limit_heap()
        announce(address_of(listener))
        # What a proxy says of visitors is read by the middleware, and by nobody else.
        run(site, listener, behind_proxy=False)
