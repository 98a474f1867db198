"""What a bundle is made of, for people and programs that have to know: sbom.cdx.json (CycloneDX).

Every wheel with its version, sum, licence and needs, as its own metadata state them. Licences are
held to licences.json, which lists those that may be handed on, and what packages are under that
don't say so in a form that a program reads. Only the standard library is used, since the Python of
the other machine makes the bundle; tests hold the file to CycloneDX's own schema.
"""

from __future__ import annotations

import json
import re
import uuid
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path
from typing import Any, Final

from bundle.wheels import NAME, Failure, Machine, needed_by, plain, requirements_of, sha256_of

MATERIALS: Final = "sbom.cdx.json"
LICENCES: Final = Path(__file__).with_name("licences.json")

_METADATA: Final = re.compile(r"[^/]+\.dist-info/METADATA")
_EMBEDDED: Final = re.compile(r"python-(3\.\d+(?:\.\d+)?)")
_OPERATORS: Final = re.compile(r"\s+(?:AND|OR|WITH)\s+|[()]")


def write_materials(
    wheels: Path, machine: Machine, target: Path, embedded: tuple[str, str] | None = None
) -> None:
    """Write the file for the wheels of a folder. `embedded`: name and SHA-256 of the archive of a
    Python that comes along.

    The same wheels give the same bytes. Raises Failure for a licence that may not be handed on, or
    that nobody knows.
    """
    paths = sorted(wheels.glob("*.whl"))
    told = {plain(metadata(path)["Name"]): (path, metadata(path)) for path in paths}
    licences = Licences.read()
    unknown = [name for name, (_, said) in told.items() if not licences.allows(licences.of(said))]
    if unknown:
        raise Failure(
            f"the licence of {', '.join(unknown)} is not known, or not one that may be handed on:"
            f" look it up, and state it in bundle/{LICENCES.name}"
        )
    components = [_component(path, said, licences) for path, said in told.values()]
    own = next(one for one in components if one["name"] == NAME)
    others = [one for one in components if one is not own]
    if embedded:
        others.append(_python(*embedded))
    needs = needed_by(requirements_of(wheels), machine)
    refs = {one["name"]: one["bom-ref"] for one in components}
    content: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": own | {"type": "application"}},
        "components": others,
        "dependencies": [
            {"ref": refs[name], "dependsOn": [refs[need] for need in needs[name]]}
            for name in sorted(needs)
        ],
    }
    body = json.dumps(content, sort_keys=True)
    content["serialNumber"] = uuid.uuid5(uuid.NAMESPACE_OID, body).urn
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    target.write_text(text, encoding="utf-8", newline="\n")


class Licences:
    """Which licences may be handed on, and how packages state theirs."""

    def __init__(self, allowed: list[str], words: dict[str, str], packages: dict[str, str]) -> None:
        self._allowed = set(allowed)
        self._words = {word.casefold(): expression for word, expression in words.items()}
        self._packages = packages

    @classmethod
    def read(cls, path: Path = LICENCES) -> Licences:
        """Those of licences.json."""
        return cls(**json.loads(path.read_text(encoding="utf-8")))

    def of(self, said: Message) -> str:
        """The SPDX expression of a package's licence; empty where it is not known."""
        name = plain(said["Name"])
        if name in self._packages:
            return self._packages[name]
        if said["License-Expression"]:
            return str(said["License-Expression"])
        stated = [said["License"] or ""]
        for classifier in said.get_all("Classifier") or []:
            if classifier.startswith("License ::"):
                stated.append(classifier.rpartition(" :: ")[2])
        known = (self._words.get(word.strip().casefold(), "") for word in stated)
        return next(filter(None, known), "")

    def allows(self, expression: str) -> bool:
        """Whether every part of an expression may be handed on."""
        parts = [part.strip() for part in _OPERATORS.split(expression) if part.strip()]
        return bool(parts) and self._allowed.issuperset(parts)


def metadata(wheel: Path) -> Message:
    """What a wheel says of itself."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if _METADATA.fullmatch(n))
        return Parser().parsestr(archive.read(name).decode("utf-8"), headersonly=True)


def _component(path: Path, said: Message, licences: Licences) -> dict[str, Any]:
    name, number = plain(said["Name"]), said["Version"]
    address = f"pkg:pypi/{name}@{number}"
    return {
        "type": "library",
        "bom-ref": address,
        "name": name,
        "version": number,
        "purl": address,
        "licenses": [{"expression": licences.of(said)}],
        "hashes": [_sum(sha256_of(path))],
        **({"description": said["Summary"]} if said["Summary"] else {}),
    }


def _python(archive: str, digest: str) -> dict[str, Any]:
    found = _EMBEDDED.search(archive)
    number = found[1] if found else "3"
    address = f"pkg:generic/python@{number}"
    return {
        "type": "platform",
        "bom-ref": address,
        "name": "python",
        "version": number,
        "purl": address,
        "licenses": [{"expression": "PSF-2.0"}],
        "hashes": [_sum(digest)],
    }


def _sum(digest: str) -> dict[str, str]:
    return {"alg": "SHA-256", "content": digest}
