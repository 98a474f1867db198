"""Starts the servers that are measured, and nginx before one of them; ends them again."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
METADATA: Final = ROOT / "datasette-metadata.yml"
_PATIENCE: Final = 10.0

_CONF: Final = ROOT / "deploy" / "nginx.conf"
_FRAME: Final = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
events {{}}
http {{
  proxy_temp_path {folder}/proxy;
  client_body_temp_path {folder}/body;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
{ours}
}}
"""
_CHANGES: Final = (
    (r"(?m)^ *server 127\.0\.0\.1:8001 .*$", "    server {behind};"),
    (r"(?m)^ *server 127\.0\.0\.1:800[23] .*$", ""),
    (r"(?m)^ *listen 80;", "    listen 127.0.0.1:{port};"),
    (r"(?m)^ *limit_(req|conn).*$", ""),
    (r"/srv/registry/pages/current", "{pages}"),
    (r"/var/cache/", "{folder}/"),
    (r"/var/log/nginx/", "{folder}/"),
)
"""deploy/nginx.conf as it stands, before one server, and without a limit of requests."""


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    address: str
    pid: int

    @property
    def megabytes(self) -> float:
        """The most memory that it has held so far; 0 where the system doesn't say."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        except OSError:
            return 0.0
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        return int(found[1]) / 1024 if found else 0.0


@contextmanager
def serving(how: str, file: Path, metadata: Path = METADATA) -> Iterator[Server]:
    """Run `bench.serve`. `how`: kept, rendered or stock."""
    command = [sys.executable, "-m", "bench.serve", how, str(file), str(metadata)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        if not address:
            sys.exit(f"{' '.join(command)} did not start")
        yield Server(address, process.pid)
    finally:
        _end(process)


@contextmanager
def behind_nginx(
    server: Server, folder: Path, pages: Path | None = None
) -> Iterator[Server | None]:
    """A cache of nginx's before a server; None where nginx is not installed. `pages`: a folder
    whose files it hands out by itself."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin")
    if program is None:
        yield None
        return
    folder.mkdir()
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        folder.chmod(0o777)  # root's nginx works as somebody else
    port = _free_port()
    behind = server.address.removeprefix("http://").rstrip("/")
    conf = folder / "nginx.conf"
    values = {"folder": str(folder), "behind": behind, "port": port}
    values["pages"] = str(pages or folder / "none")
    conf.write_text(_configuration(**values), encoding="utf-8")
    arguments = ["-c", str(conf), "-p", str(folder), "-e", str(folder / "error.log")]
    process = subprocess.Popen([program, *arguments])
    try:
        _wait(process, port)
        yield Server(f"http://127.0.0.1:{port}/", process.pid)
    finally:
        _end(process)


def _configuration(**values: Any) -> str:
    """What nginx shall do here. Ends the benchmark where a change finds nothing to change."""
    ours = _CONF.read_text(encoding="utf-8")
    for pattern, new in _CHANGES:
        ours, found = re.subn(pattern, new.format(**values), ours)
        if not found:
            sys.exit(f"{_CONF} has nothing like {pattern}")
    return _FRAME.format(ours=ours, **values)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    sys.exit("nginx did not start")


def _end(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
