"""What an export of a registry states of itself: manifest.json beside its tables."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, ValidationError

from registry.errors import RegistryError
from registry.files import file_digest
from registry.locale import _
from registry.model.fields import Row
from registry.model.limits import Name
from registry.model.vocabulary import Provenance
from registry.model.waiver import Waiver
from registry.store.schema import MIGRATIONS
from registry.validation import explain

MANIFEST: Final = "manifest.json"
PREFIX: Final = "registry="
"""How the folder of one registry's export is called, before its name: a partition."""
COLUMN: Final = "registry"
"""The column of every table that says whose a row is."""
SCHEMA: Final = MIGRATIONS[-1]
"""The version of the schema that this program exports, and reads."""

_NAME: Final = re.compile(r'[^\s/\\:*?"<>|=%.\x00-\x1f][^/\\:*?"<>|=%\x00-\x1f]{0,79}')
_MAX_BYTES: Final = 180
"""Systems allow names of 255, and what is written beside has some more."""
_Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class ExportError(RegistryError):
    """A target that can't be exported into, or an export that can't be read. `place`: its path."""


class Table(Row):
    """One table of an export: NAME.parquet. `columns`: names and types, as the schema declares
    them, besides the one of the registry."""

    rows: int
    columns: dict[str, Literal["TEXT", "INTEGER", "REAL"]]
    sha256: _Digest


class LogHead(Row):
    """What the log was: whose it is, its lines and bytes, as a checkpoint states them."""

    origin: str
    entries: int
    bytes: int
    sha256: _Digest


class Manifest(Row):
    """The whole file.

    `schema_version`: the last migration of the registry's file; `version`: of the program;
    `exported_at`: when, by the machine's clock; `checkpoint`: of the log whose outcome the tables
    are; `waivers`: of its office, each with its instrument and the subject's id there;
    `provenance`: rows by provenance, as `provenance_counts` has them.
    """

    form: Literal["registry-parquet 1"] = Field("registry-parquet 1", alias="format")
    registry: Name
    schema_version: str
    version: str
    exported_at: str
    checkpoint: LogHead
    waivers: list[Waiver]
    provenance: dict[str, dict[Provenance, int]]
    tables: dict[Annotated[str, Field(pattern=r"^[a-z_]+$")], Table]


def checked_name(name: str) -> str:
    """The name of a registry, if a folder can bear it. Raises ExportError."""
    if not _NAME.fullmatch(name) or name != name.strip() or len(name.encode()) > _MAX_BYTES:
        raise ExportError(
            _("“{name}” can't be the name of a folder").format(name=name),
            _("Name the registry with --name, without signs such as / : * ? = %."),
        )
    return name


def manifest_text(manifest: Manifest) -> str:
    """The file's text."""
    content = manifest.model_dump(mode="json", by_alias=True)
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def read_manifest(folder: Path) -> Manifest:
    """The manifest of an export, of the schema that this program reads. Raises ExportError."""
    path = folder / MANIFEST
    again = _("Export the registry again.")
    try:
        manifest = Manifest.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise ExportError(
            _("there is no manifest: the export is not whole"), again, path
        ) from error
    except OSError as error:
        raise ExportError(_("it can't be read: {detail}").format(detail=error), "", path) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        problem = f"{'.'.join(map(str, first['loc']))}: {explain(first)[0]}"
        raise ExportError(
            _("it is no manifest of an export ({detail})").format(detail=problem), again, path
        ) from error
    if manifest.schema_version != SCHEMA:
        raise ExportError(
            _("the export has the schema {theirs}, and this program reads {ours}").format(
                theirs=manifest.schema_version, ours=SCHEMA
            ),
            _("Export it again with the version of the program that audits."),
            path,
        )
    return manifest


def table_path(folder: Path, table: str) -> Path:
    """The file of a table."""
    return folder / f"{table}.parquet"


def check_files(folder: Path, manifest: Manifest) -> None:
    """Raise ExportError for a file that is missing, or is not what the manifest states."""
    again = _("Copy the export again, or export the registry again.")
    for table, stated in manifest.tables.items():
        path = table_path(folder, table)
        try:
            found = file_digest(path)
        except FileNotFoundError as error:
            raise ExportError(_("the file is missing"), again, path) from error
        except OSError as error:
            raise ExportError(
                _("it can't be read: {detail}").format(detail=error), "", path
            ) from error
        if found != stated.sha256:
            raise ExportError(
                _("the file has the digest {found}, and the manifest states {stated}").format(
                    found=found[:16], stated=stated.sha256[:16]
                ),
                again,
                path,
            )
