"""Servers to measure, each in a process of its own: `python -m bench.serve HOW FILE METADATA`.

The first line that it prints is the address. `kept` is the catalogue as `registry serve` serves it;
`rendered` is the same, but keeps no answer for the next who asks; `stock` is Datasette alone.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from registry.catalogue.server import make_app
from registry.site.server import SETTINGS, address_of, bind, read_metadata, run


def catalogue(file: Path, metadata: dict[str, Any], *, keeps: bool) -> Any:
    """The catalogue; what is put into no room falls out again."""
    app = make_app(file, metadata)
    if not keeps:
        app.cache.max_bytes = 0
    return app


def stock(file: Path, metadata: dict[str, Any]) -> Any:
    """Datasette on the same file, with the same settings, without anything of ours.

    Of the metadata it has what decides how much work a page is: size, order, facets, search.
    """
    from datasette.app import Datasette

    about = metadata["databases"]["catalogue"]["tables"]["items"]
    needed = ("label_column", "sort", "size", "fts_table", "fts_pk", "facets")
    table = {key: about[key] for key in needed if key in about}
    return Datasette(
        [],
        immutables=[str(file)],
        metadata={"databases": {"catalogue": {"tables": {"items": table}}}},
        settings=SETTINGS,
    )


def main(how: str, path: str, metadata_path: str) -> None:
    """Serve until told to end."""
    file, metadata = Path(path), read_metadata(Path(metadata_path))
    listener = bind("127.0.0.1", 0)
    print(address_of(listener), flush=True)
    if how == "stock":
        import uvicorn

        # As `datasette serve` would, but without a line in a log for each request: ours has none.
        config = uvicorn.Config(
            stock(file, metadata).app(), log_level="warning", access_log=False, lifespan="on"
        )
        uvicorn.Server(config).run(sockets=[listener])
    else:
        run(catalogue(file, metadata, keeps=how == "kept"), listener)


if __name__ == "__main__":
    main(*sys.argv[1:])
