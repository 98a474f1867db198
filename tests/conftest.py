"""Shared fixtures: the shipped data, a small instrument, and the program as a process."""

from __future__ import annotations

import csv
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from hypothesis import settings

from registry.intake.dataset import open_data_root
from registry.model.vocabulary import PROVENANCES, Provenance
from registry.store.build import BuildResult, build
from registry.store.connection import connect

# How long an example takes depends on who else uses the machine.
settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")

pytest_plugins = ("tests.publications",)
pytest.register_assert_rewrite("tests.browsing")

_LONGEST = ("test_bundle.py", "test_oracle.py", "test_deploy.py", "test_sql_limits.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that nobody waits for it at the end."""
    items.sort(key=lambda item: item.path.name not in _LONGEST)


ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"
DUE = "2021-05-28"
"""30 working days after 2021-04-15, the day of issue of the shipped and of the small instrument."""

_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_CLAUSES = {"C01": "rules", "C02": "rules", "C03": "intake", "C04": "rules", "C10": "rules"}
_DELEGATED = ["委托下放", "下放实质性审核权", "委托收件"]


def _duty(duty: str, modes: list[str], **more: Any) -> dict[str, Any]:
    """Give a duty of 30 working days from issue, unless `more` says otherwise."""
    return {
        "id": duty,
        "name": {"zh": duty, "en": duty},
        "modes": modes,
        "amount": 30,
        "basis": "text",
        "owed_by": ["zone"],
        "clauses": ["C10"],
        **more,
    }


SMALL: dict[str, Any] = {
    "id": "test-1",
    "number": "测试〔2021〕1号",
    "title": "测试文件",
    "issuer": "测试市人民政府",
    "signed_on": "2021-04-15",
    "issued_on": "2021-04-15",
    "issued_on_basis": "reading",
    "provenance": "official",
    "source": "测试公报",
    "superior_documents": [{"number": "上级〔2020〕1号", "title": "上级文件"}],
    "annexes": [
        {"annex": 1, "title": "甲", "role": "delegated", "control_total": 4, "clause": "C01"},
        {"annex": 2, "title": "乙", "role": "direct", "control_total": 3, "clause": "C02"},
        {"annex": 3, "title": "丙", "role": "withdrawn", "clause": "C04"},
    ],
    "modes": [
        {"name": "委托下放", "annex": 1, "entrusts": True, "clause": "C10"},
        {"name": "下放实质性审核权", "annex": 1, "entrusts": False, "clause": "C10"},
        {"name": "委托收件", "annex": 1, "entrusts": False, "clause": "C10"},
        {"name": "原直接实施", "annex": 2, "entrusts": False, "clause": "C02"},
        {"name": "不再实施", "annex": 3, "entrusts": False, "clause": "C04"},
    ],
    "zones": [
        {"id": "east", "name": "东区管委会", "short_name": "东区", "clause": "C01"},
        {"id": "west", "name": "西区管委会", "short_name": "西区", "clause": "C01"},
    ],
    "agreement_terms": {"required": ["依据", "事项"], "recommended": ["期限"]},
    "guidance_kinds": ["业务培训"],
    "duties": [
        _duty("agreement", ["委托下放"], proof="agreement", owed_by=["department", "zone"]),
        _duty("handbook", _DELEGATED, owed_by=["department", "zone"]),
        _duty("supervision-rules", ["委托下放"], initiation="依申请"),
        _duty("powers-list", [*_DELEGATED, "原直接实施"]),
        _duty("powers-list-removal", ["不再实施"], basis="reading"),
    ],
    "clauses": [
        {"id": c, "heading": "一", "text": f"{c}条", "summary": f"Clause {c}.", "checked": checked}
        for c, checked in _CLAUSES.items()
    ],
    "departments_provenance": "reconstruction",
    "departments_source": "测试",
    "departments": [
        {"id": "jia", "name": "测试市甲局", "short_name": "市甲局", "aliases": ["甲局"]},
        {"id": "yi", "name": "测试市乙局", "short_name": "市乙局"},
        {"id": "bing", "name": "测试市丙局", "short_name": "市丙局"},
    ],
    "defaults": {
        "annex": {"provenance": "reconstruction", "source": "测试清单"},
        "ledger": {"provenance": "demonstration", "source": "测试台账"},
    },
}


def write_csv(path: Path, rows: Sequence[dict[str, Any]], encoding: str = "utf-8") -> None:
    """Write rows under the columns that any of them has."""
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(rows)


class SmallRoot:
    """A data root with one small instrument, from dicts that a test changes before `build`.

    Annex 1 holds 1-01 and 1-02 of 市甲局 (委托下放; the latter 依职权), 1-03 (下放实质性审核权) and
    1-04 (委托收件) of 市乙局; annex 2 three items of 市丙局; annex 3 two. The ledger is empty.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.folder = path / "test-1"
        self.instrument: dict[str, Any] = deepcopy(SMALL)
        self.annexes = {
            1: [
                self.item(1, 1),
                self.item(1, 2, power_type="行政处罚", initiation="依职权"),
                self.item(1, 3, department="市乙局", mode="下放实质性审核权"),
                self.item(1, 4, department="市乙局", mode="委托收件"),
            ],
            2: [self.item(2, n, department="市丙局", mode="原直接实施") for n in (1, 2, 3)],
            3: [self.item(3, n, mode="不再实施", scope="") for n in (1, 2)],
        }
        self.ledger: dict[str, list[dict[str, Any]]] = {}
        self._connections: list[sqlite3.Connection] = []

    @staticmethod
    def item(annex: int, seq: int, /, **changes: Any) -> dict[str, Any]:
        """Give a row of an annex: 1-01 unless told otherwise."""
        return {
            "id": f"{annex}-{seq:02}",
            "seq": seq,
            "name": f"事项{annex}-{seq}",
            "power_type": "行政许可",
            "initiation": "依申请",
            "department": "市甲局",
            "mode": "委托下放",
            "scope": "全部",
            **changes,
        }

    @staticmethod
    def agreement(number: str = "示例1号", /, **changes: Any) -> dict[str, Any]:
        """Give an agreement in good order on 1-01 between 市甲局 and the eastern zone."""
        return {
            "number": number,
            "department": "市甲局",
            "zone": "east",
            "signed_on": "2021-05-10",
            "effective_on": "",
            "expires_on": "",
            "clauses": "依据;事项;期限",
            "covers": "1-01",
            **changes,
        }

    @staticmethod
    def deliverable(duty: str = "handbook", /, **changes: Any) -> dict[str, Any]:
        """Give proof of a duty for 1-01 in the eastern zone."""
        return {"duty": duty, "zone": "east", "covers": "1-01", "done_on": "2021-05-20", **changes}

    def write(self) -> Path:
        """Write everything as it stands now."""
        if not (self.path / "calendar").exists():
            shutil.copytree(DATA / "calendar", self.path / "calendar")
        self.folder.mkdir(exist_ok=True)
        text = yaml.dump(self.instrument, Dumper=_DUMPER, allow_unicode=True, sort_keys=False)
        (self.folder / "instrument.yml").write_text(text, encoding="utf-8")
        for annex, rows in self.annexes.items():
            self.write_annex(annex, rows)
        for name, rows in self.ledger.items():
            write_csv(self.folder / "ledger" / f"{name}.csv", rows)
        return self.path

    def write_annex(
        self, annex: int, rows: Sequence[dict[str, Any]], encoding: str = "utf-8"
    ) -> Path:
        """Write one annex."""
        path = self.folder / f"annex{annex}.csv"
        write_csv(path, rows, encoding)
        return path

    def build(
        self,
        as_of: str = "2021-06-30",
        *,
        db: Path | None = None,
        accepted: Collection[Provenance] = PROVENANCES,
        fresh: bool = False,
    ) -> BuildResult:
        """Write everything and build `db` from it, standing on the day `as_of`."""
        return build(
            db or self.path.parent / "small.db",
            open_data_root(self.write()),
            accepted=accepted,
            now=datetime.fromisoformat(f"{as_of}T09:00:00"),
            fresh=fresh,
        )

    def open(self, as_of: str = "2021-06-30", **how: Any) -> sqlite3.Connection:
        """Build, and open what was built; it is closed after the test."""
        conn = connect(self.build(as_of, **how).path)
        self._connections.append(conn)
        return conn

    def close(self) -> None:
        """Close what `open` opened."""
        for conn in self._connections:
            conn.close()


class Run(NamedTuple):
    """How a process ended."""

    rc: int
    stdout: str
    stderr: str


@pytest.fixture
def data_root(tmp_path: Path) -> Path:
    """Copy the shipped data to where a test may change it."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


@pytest.fixture
def small_root(tmp_path: Path) -> Iterator[SmallRoot]:
    """Write the small instrument to <tmp_path>/small."""
    (tmp_path / "small").mkdir()
    root = SmallRoot(tmp_path / "small")
    root.write()
    yield root
    root.close()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the shipped data, standing on 2021-06-30. For reading only."""
    path = tmp_path_factory.mktemp("built") / "registry.db"
    now = datetime(2021, 6, 30, 9)
    build(path, open_data_root(DATA), accepted=PROVENANCES, now=now)
    path.chmod(0o444)
    return path


@pytest.fixture
def built_copy(built: Path, tmp_path: Path) -> Path:
    """Copy the built file to where a test may change it."""
    copy = Path(shutil.copyfile(built, tmp_path / "registry.db"))
    copy.chmod(0o644)
    return copy


def _environment(env: dict[str, str] | None) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("REGISTRY_")}
    return {**kept, "REGISTRY_LANG": "en", "PYTHONIOENCODING": "utf-8", **(env or {})}


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Run]:
    """Run `python -m registry …` in <tmp_path>, in English, and wait for its end.

    `env` is added to the environment; `program` stands in for `-m registry`.
    """

    def call(
        *args: str | Path,
        env: dict[str, str] | None = None,
        cwd: Path | None = None,
        encoding: str = "utf-8",
        program: Sequence[str] = ("-m", "registry"),
    ) -> Run:
        done = subprocess.run(
            [sys.executable, *program, *map(str, args)],
            env=_environment(env),
            cwd=cwd or tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=120,
            check=False,
        )
        return Run(done.returncode, done.stdout.decode(encoding), done.stderr.decode(encoding))

    return call


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start `python -m registry …` as `run` does, without waiting; killed after the test."""
    started: list[subprocess.Popen[bytes]] = []

    def call(
        *args: str | Path,
        env: dict[str, str] | None = None,
        program: Sequence[str] = ("-m", "registry"),
    ) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, *program, *map(str, args)],
            env=_environment(env),
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        started.append(process)
        return process

    yield call
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Find Chromium; where there is none, skip, but fail under CI."""
    found = (shutil.which(name) for name in ("chromium", "google-chrome"))
    path = os.environ.get("CHROMIUM") or next(filter(None, found), "/usr/bin/chromium")
    if not Path(path).exists():
        if os.environ.get("CI"):
            pytest.fail(f"no Chromium at {path}; set $CHROMIUM")
        pytest.skip(f"no Chromium at {path}")
    return path


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """Start Chromium, driven by Playwright; closed after the module's tests."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()
