"""The tables described for programs: what is said of them is so."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime
from typing import Any

import pytest

from tests.publications import Visitor


@pytest.fixture(scope="module")
def package(visitor: Visitor) -> dict[str, Any]:
    """The data package of the site without demonstration rows."""
    answer = visitor.get("/data/datapackage.json")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["access-control-allow-origin"] == "*"
    found: dict[str, Any] = answer.json()
    return found


def table(visitor: Visitor, name: str) -> list[dict[str, str]]:
    """The rows of a table as a program downloads it."""
    return list(csv.DictReader(io.StringIO(visitor.get(f"/data/{name}").text, newline="")))


def test_every_table_is_described_as_it_is(visitor: Visitor, package: dict[str, Any]) -> None:
    names = [resource["name"] for resource in package["resources"]]
    assert "items" in names
    assert len(names) == len(set(names))
    for resource in package["resources"]:
        rows = table(visitor, resource["path"])
        fields = resource["schema"]["fields"]
        if rows:
            assert list(rows[0]) == [field["name"] for field in fields]
        for field in fields:
            values = [row[field["name"]] for row in rows]
            _check(field, values)
        key = resource["schema"]["primaryKey"]
        keys = [tuple(row[name] for name in key) for row in rows]
        assert len(keys) == len(set(keys))


def _check(field: dict[str, Any], values: list[str]) -> None:
    """Hold the cells of a column against what is said of it."""
    said = field.get("constraints", {})
    if said.get("required") and field["type"] != "string":
        assert "" not in values, field
    held = [value for value in values if value]
    if "enum" in said:
        assert set(held) <= set(said["enum"]), field
    read = {"integer": int, "date": date.fromisoformat, "datetime": datetime.fromisoformat}
    for value in held:
        read.get(field["type"], str)(value)


def test_references_lead_somewhere(visitor: Visitor, package: dict[str, Any]) -> None:
    rows = {r["name"]: table(visitor, r["path"]) for r in package["resources"]}
    checked = 0
    for resource in package["resources"]:
        for key in resource["schema"].get("foreignKeys", ()):
            target = key["reference"]["resource"] or resource["name"]
            known = {tuple(row[n] for n in key["reference"]["fields"]) for row in rows[target]}
            for row in rows[resource["name"]]:
                value = tuple(row[name] for name in key["fields"])
                assert not all(value) or value in known
                checked += 1
    assert checked > 1000


def test_fields_have_the_words_of_the_metadata(package: dict[str, Any]) -> None:
    (items,) = [r for r in package["resources"] if r["name"] == "items"]
    named = {field["name"]: field for field in items["schema"]["fields"]}
    assert re.search("[\u4e00-\u9fff]", named["mode"]["description"])
    assert "：" not in named["mode"]["title"]
    assert named["provenance"]["constraints"]["enum"] == [
        *("official", "reconstruction", "demonstration")
    ]


def test_csv_on_the_web_says_the_same(visitor: Visitor, package: dict[str, Any]) -> None:
    found = visitor.get("/data/csv-metadata.json").json()
    assert found["@context"][0] == "http://www.w3.org/ns/csvw"
    by_name = {r["path"]: r["schema"] for r in package["resources"]}
    assert [one["url"] for one in found["tables"]] == list(by_name)
    for one in found["tables"]:
        schema, said = one["tableSchema"], by_name[one["url"]]
        assert [c["name"] for c in schema["columns"]] == [f["name"] for f in said["fields"]]
        assert schema["primaryKey"] == said["primaryKey"]
        required = {column["name"] for column in schema["columns"] if column["required"]}
        assert [key["columnReference"] for key in schema.get("foreignKeys", ())] == [
            key["fields"]
            for key in said.get("foreignKeys", ())
            if required.issuperset(key["fields"])
        ]


def test_json_may_be_read_from_anywhere(visitor: Visitor) -> None:
    for address in ("/catalogue/items.json", "/data/items.csv", "/data/datapackage.json"):
        assert visitor.get(address).headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in visitor.get("/data").headers
