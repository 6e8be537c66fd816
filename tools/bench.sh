#!/usr/bin/env bash
# `make bench`: every number that was promised, measured through the release binary and printed as one table with what
# was asked. docs/benchmarks.md explains the steps and holds the last figures.
# usage: tools/bench.sh [STEP…]   (soft family import search million pages wasm start memory ontologies annotators harmonize
# review keys keystrokes curators tracking; all of them without one. growth takes an hour, and runs only when it is named)
# CHORALE_BINARY names another binary; without it the release build is brought up to date first (13 minutes from nothing).
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$HOME/.cargo/bin:$PATH"
tools/need.sh compiler rust node
if [ -z "${CHORALE_BINARY:-}" ]; then
  tools/need.sh wasm
  cargo run --quiet -p chorale-assets
  cargo build --release -p chorale-server
fi
exec node bench/run.mjs "$@"
