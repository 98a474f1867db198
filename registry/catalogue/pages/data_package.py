"""The tables for programs: a Frictionless Data Package, and CSV on the Web.

Neither adds a row: both say what the columns of the CSV files hold.
"""

from __future__ import annotations

import json
from typing import Any, Final

from registry.catalogue.table_schema import ColumnSchema, TableSchema, table_schemas
from registry.site.context import DATABASE, SiteContext

_CSVW_TYPES: Final = {"datetime": "dateTime"}
"""Names of XML Schema, where ours is another."""
CORS: Final = {"access-control-allow-origin": "*"}
"""Anybody's page may read what is for programs."""


async def data_package(datasette: Any, request: Any) -> Any:
    """/data/datapackage.json, after specs.frictionlessdata.io; paths are beside it."""
    site: SiteContext = datasette.site
    about = site.metadata_in("zh")
    package: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": "delegated-authority-catalogue",
        "title": about.get("title") or "",
        "description": about.get("description") or "",
        "homepage": datasette.absolute_url(request, datasette.urls.instance()),
        "version": site.file.as_of,
        "keywords": ["赋权", "委托", "行政权力", "开发区"],
        "sources": [{"title": f"{one.number} {one.source}"} for one in site.file.instruments],
        "resources": [_resource(site, table) for table in await table_schemas(datasette)],
    }
    package = {key: value for key, value in package.items() if value}
    return _answer(package)


async def csvw(datasette: Any, request: Any) -> Any:
    """/data/csv-metadata.json, where CSV on the Web looks for it beside the files."""
    site: SiteContext = datasette.site
    schemas = await table_schemas(datasette)
    return _answer(
        {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": "zh"}],
            "dc:title": site.metadata_in("zh").get("title") or DATABASE,
            "dialect": {"encoding": "utf-8", "header": True, "delimiter": ","},
            "tables": [
                {
                    "url": f"{schema.name}.csv",
                    "dc:title": _title(site, schema.name),
                    "tableSchema": _csvw_schema(site, schema),
                }
                for schema in schemas
            ],
        }
    )


def _resource(site: SiteContext, table: TableSchema) -> dict[str, Any]:
    described = _described(site, table.name)
    schema: dict[str, Any] = {
        "fields": [_field(column, described.get(column.name)) for column in table.columns],
        "primaryKey": list(table.primary_key),
        "foreignKeys": [
            {
                "fields": list(key.columns),
                "reference": {
                    "resource": "" if key.table == table.name else key.table,
                    "fields": list(key.referenced),
                },
            }
            for key in table.foreign_keys
        ],
        "missingValues": [""],
    }
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": _title(site, table.name),
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {key: value for key, value in schema.items() if value},
    }


def _field(column: ColumnSchema, description: str | None) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if column.choices:
        constraints["enum"] = list(column.choices)
    field: dict[str, Any] = {"name": column.name, "type": column.kind}
    if column.kind == "datetime":
        field["format"] = "any"
    if description:
        field["title"] = description.partition("：")[0]
        field["description"] = description
    return {**field, "constraints": constraints} if constraints else field


def _csvw_schema(site: SiteContext, table: TableSchema) -> dict[str, Any]:
    described = _described(site, table.name)
    columns = []
    for column in table.columns:
        text = described.get(column.name)
        columns.append(
            {
                "name": column.name,
                "titles": column.name,
                "datatype": _CSVW_TYPES.get(column.kind, column.kind),
                "required": column.required,
                **({"dc:description": text} if text else {}),
            }
        )
    schema: dict[str, Any] = {"columns": columns}
    if table.primary_key:
        schema["primaryKey"] = list(table.primary_key)
    # Of a reference that a row may leave empty, CSV on the Web knows nothing.
    required = {column.name for column in table.columns if column.required}
    keys = [key for key in table.foreign_keys if required.issuperset(key.columns)]
    if keys:
        schema["foreignKeys"] = [
            {
                "columnReference": list(key.columns),
                "reference": {
                    "resource": f"{key.table}.csv",
                    "columnReference": list(key.referenced),
                },
            }
            for key in keys
        ]
    return schema


def _about(site: SiteContext, table: str) -> dict[str, Any]:
    catalogue = (site.metadata_in("zh").get("databases") or {}).get(DATABASE) or {}
    return dict((catalogue.get("tables") or {}).get(table) or {})


def _title(site: SiteContext, table: str) -> str:
    return str(_about(site, table).get("title") or table)


def _described(site: SiteContext, table: str) -> dict[str, str]:
    return {k: str(v) for k, v in (_about(site, table).get("columns") or {}).items()}


def _answer(content: dict[str, Any]) -> Any:
    from datasette.utils.asgi import Response

    text = json.dumps(content, ensure_ascii=False, indent=1)
    return Response(
        text, content_type="application/json; charset=utf-8", headers=dict(CORS), status=200
    )
