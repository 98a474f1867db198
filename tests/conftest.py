"""Shared fixtures: the shipped data, a small instrument, and the program as a process."""

from __future__ import annotations

import csv
import gc
import math
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
import yaml
from hypothesis import settings

import registry.audit.rule
import registry.store.build
from registry.audit.rule import Rule
from registry.audit.rule_headers import BUILT_IN
from registry.intake.dataset import DataRoot, open_data_root
from registry.model.vocabulary import PROVENANCES, Provenance
from registry.store.build import BuildResult, build
from registry.store.connection import connect
from registry.store.log.tables import drop_log_triggers
from registry.workdays import calendar_digest
from tests.drawing import BUDGET, Stopwatch, left_out, seconds_known
from tests.running import MODULE, Run, environment, run_in_process, run_process

EXHAUSTIVE = os.environ.get("REGISTRY_TESTS") == "exhaustive"
"""Whether all is tried that a release is held to, for hours: each walk, kill, bit, request."""

THOROUGH = EXHAUSTIVE or os.environ.get("REGISTRY_TESTS") == "all"
"""Whether this is `make test-all`: every example, and what takes long."""


EVERY = os.environ.get("REGISTRY_TESTS") == "every"
"""Whether each test runs once, with as little as in a quick run: `make seconds`."""


def amount(quick: int, thorough: int, exhaustive: int) -> int:
    """How many times something is tried that could be tried without end."""
    return exhaustive if EXHAUSTIVE else thorough if THOROUGH else quick


def examples(thorough: int, quick: int | None = None) -> int:
    """How many examples a property is held to: `thorough` of them in `make test-all`, otherwise
    `quick`, or a quarter. They are drawn anew in each run."""
    return thorough if THOROUGH else quick or max(thorough // 4, 1)


def fuzzed(ordinary: int) -> int:
    """The same for inputs that nobody would write: ten times as many in an exhaustive run."""
    return amount(max(ordinary // 4, 1), ordinary, ordinary * 10)


Thing = TypeVar("Thing")

SEED = os.environ.setdefault("REGISTRY_TESTS_SEED", str(random.randrange(1_000_000)))
"""Of what `sample` draws; all workers share it."""


def sample(things: Iterable[Thing], quick: int) -> list[Thing]:
    """All of them in `make test-all`; otherwise `quick` of them, others in each run."""
    every = list(things)
    if THOROUGH or quick >= len(every):
        return every
    names = [getattr(thing, "__name__", thing) for thing in every]  # no address: workers agree
    drawn = sorted(random.Random(f"{SEED} {names}").sample(range(len(every)), quick))
    return [every[index] for index in drawn]


def drawn_of(things: Iterable[Thing], quick: int, thorough: int) -> list[Thing]:
    """`quick` of them, `thorough` in `make test-all`, drawn anew; all in an exhaustive run."""
    every = list(things)
    number = min(amount(quick, thorough, len(every)), len(every))
    return random.Random(f"{SEED} {len(every)}").sample(every, number)


def pytest_report_header() -> str:
    """Say what a run may have left out, and how to draw the same again."""
    kind = "all examples" if THOROUGH else "a part of the examples; `make test-all` takes all"
    return f"{kind}; REGISTRY_TESTS_SEED={SEED}"


# How long an example takes depends on who else uses the machine.
settings.register_profile("registry", deadline=None, max_examples=examples(100))
settings.load_profile("registry")

MadeOnce = Callable[[str, Callable[[Path], object]], Path]

pytest_plugins = (*("tests.publications", "tests.many", "tests.platform_files", "tests.exported"),)
pytest.register_assert_rewrite("tests.browsing")

_LONGEST = (
    *("test_isolation.py", "test_faults.py", "test_paging.py", "test_fold.py", "test_portable.py"),
    *("test_soak.py", "test_bundle.py", "test_browser.py", "test_oracle.py", "test_living.py"),
    *("test_sql_limits.py", "test_tampering.py", "test_kills.py", "test_cases_oracle.py"),
    *("test_hot_swap.py", "test_html_format.py", "test_deploy.py", "test_audience_apps.py"),
    *("test_headers.py", "test_importing.py", "test_viewer.py", "test_hostile.py"),
    *("test_instrument_load.py", "test_crash.py", "test_records.py", "test_packaging.py"),
    *("test_mutation.py", "test_properties.py", "test_cedar.py"),
)


def pytest_configure(config: pytest.Config) -> None:
    """`REGISTRY_TESTS=every`: run all with quick amounts, and write down how long they take."""
    if EVERY and "PYTEST_XDIST_WORKER" not in os.environ:
        config.pluginmanager.register(Stopwatch())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that nobody waits for them at the end.

    A file's tests run in one worker, which makes their fixtures once. A quick run leaves out what
    `left_out` says, unless tests are asked for by their ids.
    """
    if not THOROUGH and not any("::" in word for word in config.args):
        out = left_out(items, seconds_known(), SEED, math.inf if EVERY else BUDGET)
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid in out])
        items[:] = [item for item in items if item.nodeid not in out]
    order = {name: place for place, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over modules and tests, which stay, and look more rarely: it
    took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"
FIRST = "liaocheng-2021-8"
"""The instrument of the first edition; the demonstration ledger is its."""
DUE = "2021-05-28"
"""30 working days after 2021-04-15, the day of issue of the shipped and of the small instrument."""

_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_CLAUSES = {
    "C01": ["CAT001", "CAT002", "CAT004", "CAT005", "CAT008", "CAT010"],
    "C02": ["CAT009"],
    "C03": [],
    "C04": ["CAT003"],
    "C10": [
        *("AGR003", "AGR004", "AGR005", "AGR006", "AGR007", "CAL001", "CAT006", "CAT007"),
        *("EVD001", "EVD002", "LAW002", "REQ001", "REQ002", "SUP003", "SVC001"),
    ],
}
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
        _duty(
            "agreement",
            ["委托下放"],
            proof="agreement",
            owed_by=["department", "zone"],
            codes={"missing": "AGR001", "late": "AGR002"},
        ),
        _duty(
            "handbook",
            _DELEGATED,
            owed_by=["department", "zone"],
            codes={"missing": "HBK001", "late": "HBK002"},
        ),
        _duty(
            "supervision-rules",
            ["委托下放"],
            initiation="依申请",
            guided=True,
            codes={"missing": "SUP001", "late": "SUP002"},
        ),
        _duty(
            "powers-list",
            [*_DELEGATED, "原直接实施"],
            public=True,
            codes={"missing": "PWL001", "late": "PWL002"},
        ),
        _duty(
            "powers-list-removal",
            ["不再实施"],
            basis="reading",
            public=True,
            codes={"missing": "PWL003"},
        ),
    ],
    "clauses": [
        {
            "id": clause,
            "heading": "一",
            "text": f"{clause}条",
            "summary": f"Clause {clause}.",
            "checked": "rules" if rules else "intake",
            "rules": rules,
        }
        for clause, rules in _CLAUSES.items()
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
        self.law = True
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
        if self.law and not (self.path / "law.yml").exists():
            shutil.copyfile(DATA / "law.yml", self.path / "law.yml")
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


def forget_log(conn: sqlite3.Connection) -> None:
    """Empty the log: a build then logs all that it finds, and by its own clock."""
    (refusal,) = conn.execute(
        "SELECT sql FROM sqlite_schema WHERE name = 'entry_is_kept'"
    ).fetchone()
    conn.execute("DROP TRIGGER entry_is_kept")
    conn.execute("DELETE FROM entry")
    conn.execute(refusal)
    conn.execute("UPDATE log_state SET change = 0, began_on = NULL, last_at = NULL")


@pytest.fixture(scope="session", autouse=True)
def _begin_with_the_schema() -> Iterator[None]:
    """Let builds in this process begin with a copy of an empty registry that has its schema and
    the shipped calendar, instead of migrating it anew: most of what a small build takes. Where a
    registry in memory begins, with which an instrument is compared, it has the schema alone.

    Builds in processes of their own, and upgrades, migrate as ever.
    """
    migrate = registry.store.build.apply
    empty, schema = (
        sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False) for _n in "ab"
    )
    migrate(empty)
    empty.backup(schema)
    write_calendar, shipped = (
        registry.store.build.write_calendar,
        calendar_digest(DATA / "calendar"),
    )
    drop_log_triggers(empty)
    write_calendar(empty, DATA / "calendar", carried=False)
    forget_log(empty)

    def write(conn: sqlite3.Connection, folder: Path, *, carried: bool) -> None:
        if calendar_digest(folder) != shipped:
            write_calendar(conn, folder, carried=carried)
            return
        origin = "" if carried else str(folder.absolute())
        conn.execute("UPDATE meta SET value = ? WHERE key = 'calendar_origin'", (origin,))

    def apply(conn: sqlite3.Connection) -> None:
        path = "SELECT file FROM pragma_database_list WHERE name = 'main'"
        if (
            conn.execute(path).fetchone() != ("",)
            or conn.execute("SELECT 1 FROM sqlite_schema").fetchone()
        ):
            migrate(conn)
        else:
            schema.backup(conn)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("registry.store.build.apply", empty.backup)
        patch.setattr("registry.store.build.write_calendar", write)
        patch.setattr("registry.store.schema.migrations.apply", apply)
        yield
    empty.close()
    schema.close()


@pytest.fixture(scope="session", autouse=True)
def _read_each_rule_once() -> Iterator[None]:
    """Read the built-in rules once in this process, where a command reads them once each time.

    Rules can't be changed; files outside registry/ are read anew.
    """
    read = registry.audit.rule._read
    kept: dict[Path, Rule] = {}

    def once(path: Path) -> Rule:
        if path.parent != BUILT_IN:
            return read(path)
        if path not in kept:
            kept[path] = read(path)
        return kept[path]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("registry.audit.rule._read", once)
        yield


def first_instrument(root: Path = DATA) -> DataRoot:
    """Open the shipped data without other instruments than the one of the demonstration."""
    data = open_data_root(root)
    first = [folder for folder in data.instruments if folder.instrument.id == FIRST]
    return replace(data, instruments=first)


@pytest.fixture
def data_root(tmp_path: Path) -> Path:
    """Copy the shipped data, of the first instrument alone, to where a test may change it."""
    later = {path.parent.name for path in DATA.glob("*/instrument.yml")} - {FIRST}
    return Path(shutil.copytree(DATA, tmp_path / "data", ignore=lambda _folder, _names: later))


@pytest.fixture
def small_root(tmp_path: Path) -> Iterator[SmallRoot]:
    """Write the small instrument to <tmp_path>/small."""
    (tmp_path / "small").mkdir()
    root = SmallRoot(tmp_path / "small")
    root.write()
    yield root
    root.close()


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Let no other worker in meanwhile. SQLite's own lock goes with the process that has it."""
    with closing(sqlite3.connect(lock, timeout=600, isolation_level=None)) as conn:
        conn.execute("BEGIN EXCLUSIVE")
        yield


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> MadeOnce:
    """Make files once for all workers: `made_once(name, make)` gives the folder that `make` filled.

    They are for reading only: tests of other workers read them at the same time.
    """
    own = tmp_path_factory.getbasetemp()
    root = own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own

    def give(name: str, make: Callable[[Path], object]) -> Path:
        folder, maker = root / f"made-{name}", root / f"made-{name}.by"
        with _alone(root / f"made-{name}.lock"):
            if not folder.exists():
                unfinished = root / f"unfinished-{name}"
                shutil.rmtree(unfinished, ignore_errors=True)
                unfinished.mkdir()
                make(unfinished)
                for path in unfinished.rglob("*"):
                    if path.is_file():
                        path.chmod(0o444)
                unfinished.rename(folder)
                maker.write_text(make.__module__)
        assert maker.read_text() == make.__module__, f"{name}: two fixtures of one name"
        return folder

    return give


@pytest.fixture(scope="session")
def built(made_once: MadeOnce) -> Path:
    """Build the first instrument, standing on 2021-06-30. For reading only."""

    def make(folder: Path) -> None:
        now = datetime(2021, 6, 30, 9)
        build(folder / "registry.db", first_instrument(), accepted=PROVENANCES, now=now)

    return made_once("built", make) / "registry.db"


@pytest.fixture(scope="session")
def bare(made_once: MadeOnce) -> Path:
    """Build the first instrument without the demonstration ledger. For reading only."""

    def make(folder: Path) -> None:
        accepted: tuple[Provenance, ...] = ("official", "reconstruction")
        now = datetime(2021, 6, 30, 9)
        build(folder / "registry.db", first_instrument(), accepted=accepted, now=now)

    return made_once("bare", make) / "registry.db"


@pytest.fixture(scope="session")
def shipped(made_once: MadeOnce) -> Path:
    """Build all instruments of the shipped data, standing on 2021-06-30. For reading only."""

    def make(folder: Path) -> None:
        now = datetime(2021, 6, 30, 9)
        build(folder / "registry.db", open_data_root(DATA), accepted=PROVENANCES, now=now)

    return made_once("shipped", make) / "registry.db"


@pytest.fixture
def built_copy(built: Path, tmp_path: Path) -> Path:
    """Copy the built file to where a test may change it."""
    copy = Path(shutil.copyfile(built, tmp_path / "registry.db"))
    copy.chmod(0o644)
    return copy


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Run]:
    """Run `registry …` in <tmp_path>, in English, inside this process.

    `env` is added to the environment. With `encoding`, that of the console, or `program`, which
    stands in for `-m registry`, it runs in a process of its own.
    """

    def call(
        *args: str | Path,
        env: dict[str, str] | None = None,
        cwd: Path | None = None,
        encoding: str | None = None,
        program: Sequence[str] | None = None,
    ) -> Run:
        words, where = [str(arg) for arg in args], cwd or tmp_path
        if encoding is None and program is None:
            return run_in_process(words, environment(env), where)
        return run_process(words, environment(env), where, encoding or "utf-8", program or MODULE)

    return call


@pytest.fixture
def run_apart(tmp_path: Path) -> Callable[..., Run]:
    """Run `python -m registry …` in <tmp_path>, in English, in a process of its own."""

    def call(*args: str | Path, env: dict[str, str] | None = None, cwd: Path | None = None) -> Run:
        return run_process([str(arg) for arg in args], environment(env), cwd or tmp_path)

    return call


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start `python -m registry …` as `run` does, without waiting; killed after the test."""
    started: list[subprocess.Popen[bytes]] = []

    def call(
        *args: str | Path,
        env: dict[str, str] | None = None,
        program: Sequence[str] = MODULE,
    ) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, *program, *map(str, args)],
            env=environment(env),
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


def find_chromium() -> str:
    """Where Chromium is, or would be."""
    found = (shutil.which(name) for name in ("chromium", "google-chrome"))
    return os.environ.get("CHROMIUM") or next(filter(None, found), "/usr/bin/chromium")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Find Chromium; where there is none, skip, but fail under CI."""
    path = find_chromium()
    if not Path(path).exists():
        if os.environ.get("CI"):
            pytest.fail(f"no Chromium at {path}; set $CHROMIUM")
        pytest.skip(f"no Chromium at {path}")
    return path


CHROMIUM_OPTIONS = [
    *("--no-sandbox", "--no-zygote", "--disable-gpu", "--in-process-gpu"),
    # The first two cost a process for each window; the others are off without this line, too.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,HttpsUpgrades,MediaRouter"
    ",OptimizationHints,PaintHolding,DestroyProfileOnBrowserClose,LensOverlay",
]
"""Fewer processes, and nothing drawn that nobody sees: half of what there is to compute."""


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """Start Chromium, driven by Playwright.

    It ends with the module: its event loop would be in the way of others' tests.
    """
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=chromium, args=CHROMIUM_OPTIONS)
        yield started
        started.close()
