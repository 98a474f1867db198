"""Sums of the archives in a folder, signed beside them: `make sign KEY=~/.ssh/id_ed25519`.

ssh-keygen signs, which every system has that has ssh, Windows among them; whoever gets an archive
checks it with the same program and the public key that SECURITY.md names.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from bundle.wheels import ROOT, Failure, sha256_of

SUMS: Final = "SHA256SUMS"
NAMESPACE: Final = "file"
"""What a signature is for, so that one for a mail or a commit is none for a file."""

_ARCHIVES: Final = ("*.tar.gz", "*.zip", "*.whl")


def sign(folder: Path, key: Path) -> Path:
    """Write SHA256SUMS of the archives in a folder, and SHA256SUMS.sig; gives the latter's path.

    Raises Failure where there is no archive, no key, or no ssh-keygen.
    """
    archives = sorted(path for pattern in _ARCHIVES for path in folder.glob(pattern))
    if not archives:
        raise Failure(f"{folder}: no archive is there; run `make bundle` or `make windows`")
    keygen = shutil.which("ssh-keygen")
    if keygen is None:
        raise Failure("ssh-keygen is not there; it comes with OpenSSH")
    if not key.is_file():
        raise Failure(f"{key}: no key is there; `ssh-keygen -t ed25519 -f {key}` makes one")
    lines = [f"{sha256_of(path)}  {path.name}\n" for path in archives]
    sums = folder / SUMS
    sums.write_text("".join(lines), encoding="utf-8", newline="\n")
    signature = sums.with_name(f"{sums.name}.sig")
    signature.unlink(missing_ok=True)  # ssh-keygen would ask whether to write over it
    done = subprocess.run(
        [keygen, "-Y", "sign", "-f", key, "-n", NAMESPACE, sums],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode or not signature.exists():
        raise Failure(f"{key} does not sign: {done.stderr.strip()}")
    return signature


def main() -> int:
    """Sign what lies in a folder."""
    asked = argparse.ArgumentParser(prog="make sign", description=__doc__)
    asked.add_argument("folder", type=Path, nargs="?", default=ROOT / "dist")
    asked.add_argument("--key", type=Path, required=True, help="a private key of ssh")
    given = asked.parse_args()
    try:
        print(sign(given.folder, given.key.expanduser()))
    except Failure as failure:
        print(failure, file=sys.stderr)
        return failure.code
    return 0


if __name__ == "__main__":
    sys.exit(main())
