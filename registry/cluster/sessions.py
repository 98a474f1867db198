"""A session on a cluster: a server that is running, or Sail in this process."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from registry.cluster.extra import part
from registry.cluster.spark import ClusterFailure
from registry.locale import _

_PORT: Final = 15002
"""Where Spark Connect listens if no port is named."""
_PATIENCE: Final = 10.0  # seconds


@contextmanager
def session(remote: str | None) -> Iterator[tuple[Any, Path | None]]:
    """A session of Spark Connect, and the folder for its intermediate tables.

    `remote`: sc://HOST:PORT; None starts Sail, on this machine alone, and stops it in the end.
    Raises NoExtra and ClusterFailure.
    """
    spark = part("pyspark.sql").SparkSession
    if remote is not None:
        _reach(remote)
        with _connected(spark, remote) as one:
            yield one, None
        return
    server = part("pysail.spark").SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    try:
        host, port = server.listening_address
        with (
            tempfile.TemporaryDirectory(prefix="registry-cluster-") as work,
            _connected(spark, f"sc://{host}:{port}") as one,
        ):
            yield one, Path(work)
    finally:
        server.stop()


def _reach(remote: str) -> None:
    """Raise ClusterFailure where nothing listens: the client would try for ten minutes."""
    try:
        address = urlsplit(remote)
        if address.scheme != "sc" or address.hostname is None:
            raise ValueError(_("it is not of the form sc://HOST:PORT"))
        place = (address.hostname, address.port or _PORT)
        socket.create_connection(place, timeout=_PATIENCE).close()
    except (OSError, ValueError) as error:
        raise _absent(remote, error) from error


def _absent(remote: str, error: Exception) -> ClusterFailure:
    return ClusterFailure(
        _("there is no Spark Connect at {remote}: {detail}").format(
            remote=remote, detail=" ".join(str(error).split())[:300]
        )
    )


@contextmanager
def _connected(spark: Any, remote: str) -> Iterator[Any]:
    try:
        one = spark.builder.remote(remote).create()
        one.sql("SELECT 1").collect()
    except Exception as error:  # of gRPC, of the client, or of the address
        raise _absent(remote, error) from error
    try:
        yield one
    finally:
        one.stop()
