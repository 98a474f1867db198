"""Serve a published file: the Datasette application, and the server it runs in.

Datasette and uvicorn are imported lazily, inside functions.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from collections.abc import Iterable
from pathlib import Path
from types import FrameType
from typing import Any, Final

from registry.locale import _
from registry.site.errors import SiteError
from registry.yaml_loader import YamlError, load_yaml

_BACKLOG: Final = 2048
_SHUTDOWN_SECONDS: Final = 30

SETTINGS: Final[dict[str, Any]] = {
    "default_allow_sql": False,
    "allow_download": False,
    "suggest_facets": False,
    "default_page_size": 50,
    "default_facet_size": 11,  # as many as there are types of power
    # Both lists of the notice fit whole, so that no CSV of a canned query is cut.
    "max_returned_rows": 5000,
    "sql_time_limit_ms": 2000,
    "facet_time_limit_ms": 1000,
    "max_csv_mb": 20,
}


def read_metadata(path: Path) -> dict[str, Any]:
    """Datasette's metadata file, every canned query in its long form.

    Raises SiteError where it can't be used.
    """
    try:
        content = load_yaml(path.read_bytes())
    except (OSError, YamlError) as error:
        raise _bad_metadata(path, str(error)) from error
    if not isinstance(content, dict):
        raise _bad_metadata(path, _("the file states nothing"))
    for name, database in _keys(content, "databases", path):
        if database is None:
            continue
        if not isinstance(database, dict):
            raise _bad_metadata(path, _("{name} has no keys with values").format(name=name))
        queries = dict(_keys(database, "queries", path))
        for called, query in queries.items():
            if isinstance(query, str):
                queries[called] = {"sql": query}  # as Datasette takes it too
            elif not isinstance(query, dict) or not isinstance(query.get("sql"), str):
                raise _bad_metadata(path, _("the query {name} has no sql").format(name=called))
        if queries:
            database["queries"] = queries
    return content


def _keys(within: dict[str, Any], key: str, path: Path) -> Iterable[tuple[str, Any]]:
    """What stands under a key, by name; nothing where there is no such key."""
    found = within.get(key) or {}
    if not isinstance(found, dict):
        raise _bad_metadata(path, _("{name} has no keys with values").format(name=key))
    return found.items()


def _bad_metadata(path: Path, detail: str) -> SiteError:
    return SiteError(
        _("{path} can't be used as the catalogue's metadata: {detail}.").format(
            path=path, detail=detail
        )
    )


def bind(host: str, port: int) -> socket.socket:
    """Take the port; 0 takes any that is free. Raises SiteError where it is taken."""
    address = f"{host}:{port}"
    try:
        family, kind, protocol, _name, where = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise _cannot_listen(address, error) from error
    try:
        if os.name == "posix":
            # A port that was ours a moment ago; on Windows this would take others' ports.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(where)
        listener.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        raise _cannot_listen(address, error) from error
    return listener


def _cannot_listen(address: str, error: Exception) -> SiteError:
    detail = getattr(error, "strerror", None) or str(error)
    return SiteError(
        _("can't listen at {address}: {detail}").format(address=address, detail=detail),
        _("Choose another with --port or --host."),
    )


def address_of(listener: socket.socket) -> str:
    """The address that a browser on this machine opens."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def run(app: Any, listener: socket.socket, *, behind_proxy: bool = True) -> None:
    """Serve until Ctrl-C, or until the process is told to end; then close the file and return.

    Connections are limited in number and time (`registry.site.connections`). What was asked before
    is answered first, for as long as `_SHUTDOWN_SECONDS`. `behind_proxy`:
    whether to believe what a proxy on this machine says of visitors, their address and scheme.
    """
    import uvicorn

    from registry.site.connections import BusyMiddleware, connection_limits, limited_protocol

    limits = connection_limits()
    config = uvicorn.Config(
        BusyMiddleware(app.app(), limits.requests),
        http=limited_protocol(limits),
        ws="none",
        # Not of what strangers send: each such line would be theirs to write.
        log_level="error",
        access_log=False,
        lifespan="on",
        server_header=False,
        proxy_headers=behind_proxy,
        backlog=limits.backlog,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )
    server = uvicorn.Server(config)

    def leave(number: int, frame: FrameType | None) -> None:
        # uvicorn raises a signal again once it has shut down: come back, and let callers clean up.
        server.should_exit = True

    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), leave) for name in names}
    try:
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[listener])
    finally:
        app.close()
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)
