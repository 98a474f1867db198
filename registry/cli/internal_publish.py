"""What `publish --internal` and `serve --internal` share: how the internal file is made."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry.cli import base
from registry.cli.progress_bar import waiting
from registry.cli.registry_file import open_registry
from registry.locale import _

if TYPE_CHECKING:
    from registry.site.projection import Publication


def refusals() -> AbstractContextManager[None]:
    """Tell what keeps the internal site from being published or served as a refusal."""
    from registry.errors import RegistryError

    return base.refusing(RegistryError)


def publish_internal(
    source: Path,
    target: Path,
    *,
    as_of: str | None,
    own_rules: Path | None,
    into_folder: bool = False,
) -> Publication:
    """Publish the office's file from the latest stored audit, or the latest of a day.

    The working file is brought up to date first. Raises RegistryError.
    """
    from registry.cli import office_config as setup
    from registry.internal.projection import internal_projection
    from registry.site.projection import publish
    from registry.site.publication_folder import publish_into

    with open_registry(source):
        pass
    headers = {
        rule.code: rule.header for rule in setup.set_up_rules(setup.load_config(None), own_rules)
    }
    before = os.umask(0o077)  # nobody else reads what is written here
    try:
        with refusals():
            with waiting(_("Making workbooks and letters")) as tick:
                day, projection = internal_projection(source, headers, as_of, tick)
            write = publish_into if into_folder else publish
            return write(source, target, as_of=day, demo=True, projection=projection)
    finally:
        os.umask(before)


def refuse_demo(demo: bool) -> None:
    """Say that the internal site needs no --demo. Raises click.UsageError."""
    if demo:
        raise click.UsageError(
            _("--internal shows every row that the audit examined, demonstration rows marked.")
        )
