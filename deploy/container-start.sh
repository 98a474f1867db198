#!/bin/sh
# What the container runs: build a registry where there is none, publish it, and serve the catalogue.
# $REGISTRY_DB: the working file. Beside it stands the folder `public`.
set -eu
cd -- "$(dirname -- "$REGISTRY_DB")"
[ -e "$REGISTRY_DB" ] || registry build
# A registry that can't be published now is no reason to take away what was published before.
registry publish --to public || [ -e public/current ]
exec registry serve public --host 0.0.0.0 --port "${REGISTRY_PORT:-8001}"
