"""What `registry serve --internal` does: publish if need be, then serve to those who sign in."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry.cli import internal_options as state
from registry.cli.data_paths import metadata_file
from registry.cli.internal_publish import publish_internal, refusals
from registry.cli.registry_file import database
from registry.errors import RegistryError
from registry.locale import _

if TYPE_CHECKING:
    from collections.abc import Callable


def serve_internal(
    ctx: click.Context,
    place: Path | None,
    *,
    port: int,
    host: str,
    as_of: str | None,
    own_rules: Path | None,
    state_folder: Path,
    behind_proxy: bool,
    tell: Callable[[str], None],
) -> None:
    """Serve until Ctrl-C. Without `place` the working file is published to a temporary one first.

    Raises RegistryError.
    """
    from registry.internal.server import is_loopback, make_site
    from registry.internal.sql_limits import limit_heap
    from registry.site.server import address_of, bind, read_metadata, run

    if not is_loopback(host) and not behind_proxy:
        raise RegistryError(
            _(
                "The internal site listens on this machine only, so that passwords never cross the "
                "network in the clear. Put a proxy with TLS before it and say --behind-proxy."
            )
        )
    with (
        refusals(),
        state.refusals(),
        bind(host, port) as listener,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
    ):
        if place is None:
            place = Path(folder, "internal.db")
            publish_internal(database(ctx), place, as_of=as_of, own_rules=own_rules)
        site = make_site(
            place,
            read_metadata(metadata_file()),
            state_folder,
            clock=time.time,
            monotonic=time.monotonic,
            tell=tell,
            behind_proxy=behind_proxy,
        )
        limit_heap()
        tell(_("Serving {address}").format(address=address_of(listener)))
        tell(_("Ctrl-C ends it."))
        run(site, listener, behind_proxy=behind_proxy)
