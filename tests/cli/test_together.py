"""`registry export parquet` and `registry audit --data`, as they are typed."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.running import Run

Runner = Callable[..., Run]
WAIVER = """\
- rule: CAT001
  subject: test-1-annex-1
  reason: 已核对
  approver: 张三
  issued: 2021-06-01
  expires: 2021-12-31
"""


def audit(run: Runner, folder: Path, *args: str | Path) -> Run:
    """Audit the exports of a folder, with few rules."""
    return run("audit", "--data", folder, "--as-of", "2021-06-30", "--select", "CAT,WVR", *args)


def test_exporting_says_where_and_what(run: Runner, built: Path, tmp_path: Path) -> None:
    db = Path(shutil.copyfile(built, tmp_path / "registry.db"))
    db.chmod(0o644)
    done = run("export", "parquet", "out", "--name", "甲市")
    assert done.rc == 0, done.stderr
    assert "Written: out/registry=甲市; " in done.stdout
    assert "sha256 of the manifest: " in done.stdout
    (tmp_path / "out" / "notes.txt").touch()
    refused = run("export", "parquet", "out", "--name", "甲市")
    assert (refused.rc, refused.stdout) == (2, "")
    assert "out: the folder holds notes.txt, which is no export" in refused.stderr
    assert (
        "can't be the name of a folder" in run("export", "parquet", "o2", "--name", "甲/乙").stderr
    )


def test_every_finding_names_its_registry(run: Runner, exports: Path) -> None:
    table = audit(run, exports)
    assert table.rc == 1, table.stderr
    assert "Audit of 2 registries together, as of 2021-06-30" in table.stdout
    assert "甲市: reconstructed, not official: items" in table.stdout
    assert "Together" in table.stdout
    assert "INFO" not in table.stderr

    document = json.loads(audit(run, exports, "--format", "json").stdout)
    assert [part["registry"] for part in document["registries"]] == ["乙市", "甲市"]
    assert document["registries"][1]["checkpoint"]["origin"] == "某市改革办"
    found = [f for part in document["registries"] for f in part["findings"]]
    lines = audit(run, exports, "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line)["fingerprint"] for line in lines] == [f["fingerprint"] for f in found]
    rows = list(csv.DictReader(io.StringIO(audit(run, exports, "--format", "csv").stdout)))
    assert [row["Registry"] for row in rows] == [f["registry"] for f in found]
    assert {f["registry"] for f in found} == {"甲市", "乙市"}


def test_waivers_are_those_of_each_office(
    run: Runner,
    two_built: Path,
    exports: Path,
    tmp_path: Path,
) -> None:
    alone = json.loads(audit(run, exports / "registry=乙市", "--format", "json").stdout)
    subject = next(f for f in alone["registries"][0]["findings"] if f["code"] == "CAT001")
    shutil.copyfile(two_built, tmp_path / "registry.db")
    (tmp_path / "registry.db").chmod(0o644)
    text = WAIVER.replace("test-1-annex-1", subject["reference"])
    (tmp_path / "waivers.yml").write_text(text, encoding="utf-8")
    assert run("export", "parquet", "out", "--name", "乙市").rc == 0
    (tmp_path / "waivers.yml").unlink()
    found = json.loads(audit(run, tmp_path / "out", "--format", "json").stdout)["registries"][0]
    assert [f["fingerprint"] for f in found["findings"] if f["waived"]] == [subject["fingerprint"]]
    assert {r["code"]: r["examined"] for r in found["rules"]}["WVR001"] == 1


@pytest.mark.parametrize(
    ("args", "problem"),
    [
        (("--zone", "east"), "--zone is for one registry"),
        (("--waivers", "w.yml"), "--waivers is for one registry"),
        (("--known-on", "2021-01-01"), "--known-on is for one registry"),
        (("--format", "html"), "--format is one of: table, json, jsonl, csv"),
        (("--select", "NOPE"), "no rule is called NOPE"),
        (("--remote", "http://127.0.0.1"), "no Spark Connect at http://127.0.0.1"),
    ],
)
def test_what_makes_no_sense_of_many_is_refused(
    run: Runner,
    exports: Path,
    args: tuple[str, ...],
    problem: str,
) -> None:
    refused = audit(run, exports, *args)
    assert (refused.rc, refused.stdout) == (2, "")
    assert problem in refused.stderr


def test_options_of_clusters_go_with_data(run: Runner) -> None:
    refused = run("audit", "--engine", "spark")
    assert refused.rc == 2
    assert "--engine and --remote go with --data" in refused.stderr


def test_an_export_that_was_changed_is_refused(
    run: Runner,
    exports: Path,
    tmp_path: Path,
) -> None:
    shutil.copytree(exports / "registry=乙市", tmp_path / "registry=乙市")
    path = tmp_path / "registry=乙市" / "item.parquet"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"\0")
    refused = audit(run, tmp_path / "registry=乙市")
    assert refused.rc == 2
    assert "item.parquet: the file has the digest" in refused.stderr


@pytest.mark.parametrize("missing", ["pyarrow", "sqlglot", "pyspark", "pysail"])
def test_without_the_extra_it_says_what_to_install(
    run: Runner,
    exports: Path,
    monkeypatch: pytest.MonkeyPatch,
    missing: str,
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == missing]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    refused = audit(run, exports)
    assert (refused.rc, refused.stdout) == (2, "")
    assert 'pip install "delegated-authority-registry[cluster]"' in refused.stderr


def test_nothing_of_it_is_imported_otherwise(run_apart: Runner, built_copy: Path) -> None:
    code = (
        "import sys; sys.argv = ['registry', *{args!r}]\n"
        "from registry.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([m for m in ('pyarrow', 'pyspark', 'pysail', 'sqlglot', 'grpc',"
        " 'registry.cluster') if m in sys.modules], file=sys.stderr)"
    )
    for args in (["--help"], ["--db", str(built_copy), "audit", "--format", "json"]):
        done = subprocess.run(
            [sys.executable, "-c", code.format(args=args)],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stderr.splitlines()[-1] == "[]"
