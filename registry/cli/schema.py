"""`registry schema`: the JSON Schema of a file that an office writes by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry.cli import base
from registry.cli.options import output_option
from registry.cli.output import write_text
from registry.locale import N_

if TYPE_CHECKING:
    from registry.model.schema import SchemaName


@base.command(
    "schema",
    N_(
        "Print the JSON Schema of instrument.yml, waivers.yml or registry.toml.\n\n"
        "An editor that knows it completes keys, shows what they mean, and marks what is wrong."
    ),
)
@click.argument("name", type=click.Choice(["instrument", "waivers", "registry"]))
@output_option(N_("The file to write; else standard output."))
def command(name: SchemaName, output: Path | None) -> None:
    """Print it, properties in the order of the file."""
    from registry.model.schema import json_schema

    write_text([json.dumps(json_schema(name), ensure_ascii=False, indent=2) + "\n"], output)
