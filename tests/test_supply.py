"""What bundles are made of: locked releases, their licences, the list of materials, signatures."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from email.message import Message
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement

from bundle.lock import LOCK, Release, read_lock, releases_for
from bundle.make import write_requirements
from bundle.materials import Licences, write_materials
from bundle.sign import sign
from bundle.wheels import EXTRAS, NAME, Failure, linux, plain, windows
from tests.conftest import ROOT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SUM = "sha256:" + "0" * 64
WINDOWS, OLD_LINUX = windows("3.12"), linux("2.17", "x86_64", "3.10")


def made_wheel(folder: Path, name: str, *said: str) -> Path:
    """A wheel that says no more of itself than this."""
    path = folder / f"{name.replace('-', '_')}-1.0-py3-none-any.whl"
    lines = ("Metadata-Version: 2.1", f"Name: {name}", "Version: 1.0", *said)
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name.replace('-', '_')}-1.0.dist-info/METADATA", "\n".join(lines))
    return path


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    made_wheel(
        folder,
        NAME,
        "License-Expression: Apache-2.0",
        "Requires-Dist: One>=1",
        "Requires-Dist: two; extra == 'pdf'",
        "Requires-Dist: three; extra == 'docs'",
    )
    made_wheel(folder, "one", "License: MIT License", "Requires-Dist: two; os_name == 'nt'")
    made_wheel(folder, "two", "Classifier: License :: OSI Approved :: Apache Software License")
    made_wheel(folder, "three", "License: UNKNOWN", "License-Expression: MIT OR Apache-2.0")
    return folder


def materials(wheels: Path, target: Path, **more: tuple[str, str]) -> dict[str, object]:
    write_materials(wheels, WINDOWS, target, **more)
    text = target.read_text(encoding="utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    found: dict[str, object] = json.loads(text)
    return found


def test_the_lock_holds_what_the_program_states_that_it_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    stated = [*project["dependencies"], *project["optional-dependencies"][EXTRAS]]
    for machine in (WINDOWS, OLD_LINUX):
        locked = {r.name: r.version for r in releases_for(machine, read_lock())}
        assert "pip" in locked
        for text in stated:
            wanted = Requirement(text)
            if wanted.marker is None or wanted.marker.evaluate(machine.markers()):
                assert locked[plain(wanted.name)] in wanted.specifier, f"{text}: run `make lock`"


def test_each_release_of_the_lock_is_one_for_each_machine() -> None:
    for machine in (WINDOWS, OLD_LINUX):
        names = [r.name for r in releases_for(machine, read_lock())]
        assert len(names) == len(set(names)) > 40
    assert "tomli" in {r.name for r in releases_for(OLD_LINUX, read_lock())}
    assert "tomli" not in {r.name for r in releases_for(WINDOWS, read_lock())}
    assert all(release.sums for release in read_lock())


def test_a_lock_is_read_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "requirements.lock"
    path.write_text(f"# written by hand\nA.b==1.0 ; os_name == 'nt' \\\n    --hash={SUM}\n")
    (release,) = read_lock(path)
    assert release == Release("a-b", "1.0", (SUM,), "os_name == 'nt'")
    assert release.line() == f"a-b==1.0 --hash={SUM}"


@pytest.mark.parametrize("line", ["a==1.0", f"a>=1.0 --hash={SUM}", "a==1.0 --hash=md5:00", "-r x"])
def test_a_line_without_a_version_or_a_sum_is_refused(line: str, tmp_path: Path) -> None:
    path = tmp_path / "requirements.lock"
    path.write_text(line + "\n")
    with pytest.raises(Failure, match="make lock"):
        read_lock(path)


def test_a_bundle_names_its_wheels_by_their_sums(wheels: Path, tmp_path: Path) -> None:
    made_wheel(wheels, "pip", "License-Expression: MIT")
    write_requirements(wheels, tmp_path / "requirements.txt")
    lines = (tmp_path / "requirements.txt").read_text().splitlines()
    digest = hashlib.sha256((wheels / "one-1.0-py3-none-any.whl").read_bytes()).hexdigest()
    assert f"one==1.0 --hash=sha256:{digest}" in lines
    assert len(lines) == 4


def test_materials_are_a_cyclonedx_list(wheels: Path, tmp_path: Path) -> None:
    found = materials(wheels, tmp_path / "sbom.json", embedded=("python-3.12.10-x.zip", "0" * 64))
    one, three, two, python = found["components"]  # type: ignore[misc]
    assert one["licenses"] == [{"expression": "MIT"}]
    assert two["purl"] == "pkg:pypi/two@1.0"
    assert three["licenses"] == [{"expression": "MIT OR Apache-2.0"}]
    assert (python["type"], python["version"]) == ("platform", "3.12.10")
    assert found["metadata"]["component"]["name"] == NAME  # type: ignore[index]
    needs = {d["ref"]: d["dependsOn"] for d in found["dependencies"]}  # type: ignore[attr-defined]
    assert needs[f"pkg:pypi/{NAME}@1.0"] == ["pkg:pypi/one@1.0", "pkg:pypi/two@1.0"]
    assert needs["pkg:pypi/one@1.0"] == ["pkg:pypi/two@1.0"]  # as it is for Windows


def test_the_same_wheels_give_the_same_list(wheels: Path, tmp_path: Path) -> None:
    first, again = tmp_path / "1.json", tmp_path / "2.json"
    assert materials(wheels, first) == materials(wheels, again)
    assert first.read_bytes() == again.read_bytes()
    made_wheel(wheels, "four", "License: ISC")
    assert materials(wheels, again)["serialNumber"] != json.loads(first.read_text())["serialNumber"]


@pytest.mark.parametrize("said", ["License: GPL-3.0", "License: UNKNOWN", "Summary: no word of it"])
def test_a_licence_that_is_not_known_or_may_not_be_handed_on_is_refused(
    said: str, wheels: Path, tmp_path: Path
) -> None:
    made_wheel(wheels, "five", said)
    with pytest.raises(Failure, match=r"five.*licences\.json"):
        write_materials(wheels, WINDOWS, tmp_path / "sbom.json")
    assert not (tmp_path / "sbom.json").exists()


def test_an_expression_is_allowed_part_by_part() -> None:
    licences = Licences(["MIT", "Apache-2.0"], {}, {})
    said = Message()
    said["Name"] = "x"
    assert licences.of(said) == ""
    assert licences.allows("MIT AND (Apache-2.0 OR MIT)")
    assert not licences.allows("MIT OR GPL-3.0-only")
    assert not licences.allows("")


needs_ssh = pytest.mark.skipif(
    not shutil.which("ssh-keygen") and not os.environ.get("CI"), reason="no ssh-keygen"
)


@needs_ssh
def test_sums_are_signed_and_a_change_shows(tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    signers = tmp_path / "signers"
    signers.write_text(f"release {key.with_suffix('.pub').read_text()}")
    dist = tmp_path / "dist"
    dist.mkdir()
    with pytest.raises(Failure, match="no archive"):
        sign(dist, key)
    (dist / "registry-1.tar.gz").write_bytes(b"one")
    signature = sign(dist, key)
    assert sign(dist, key) == signature  # again: no question whether to write over it
    sums = (dist / "SHA256SUMS").read_bytes()
    assert sums == f"{hashlib.sha256(b'one').hexdigest()}  registry-1.tar.gz\n".encode()
    check = ["ssh-keygen", "-Y", "verify", "-f", signers, "-I", "release", "-n", "file"]
    held = [
        subprocess.run([*check, "-s", signature], input=text, capture_output=True, check=False)
        for text in (sums, sums.replace(b"registry", b"Registry"))
    ]
    assert [one.returncode == 0 for one in held] == [True, False]
    with pytest.raises(Failure, match="no key"):
        sign(dist, tmp_path / "none")


@pytest.mark.long
def test_two_builds_give_the_same_wheel(tmp_path: Path) -> None:
    """Of copies with other paths, times and rights: nothing of the machine goes into it."""
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, encoding="utf-8"
    ).stdout.split("\0")
    digests = set()
    for number, name in enumerate(("one", "another-place")):
        copy = tmp_path / name
        for path in filter(None, tracked):
            target = copy / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, target)
            os.utime(target, (10**9 + number, 10**9 + number))
        environment = {**os.environ, "TZ": ("UTC", "Asia/Shanghai")[number]}
        subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", copy / "d"],
            cwd=copy,
            env=environment,
            umask=(0o022, 0o077)[number],
            check=True,
            capture_output=True,
        )
        (wheel,) = (copy / "d").glob("*.whl")
        digests.add(hashlib.sha256(wheel.read_bytes()).hexdigest())
    assert len(digests) == 1


def test_the_lock_is_beside_the_code_that_reads_it() -> None:
    assert LOCK.read_text(encoding="utf-8").count("--hash=sha256:") > 500
