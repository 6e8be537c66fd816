#!/usr/bin/env bash
# `make screens`: a picture of every screen with the demo's data, in both themes, 1440 and 390 px wide, in
# target/screens. Look at them before a changed screen is called done.
# usage: tools/screens.sh [NAME…]   (names of end2end/harness/screens.mjs; all of them without one)
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$HOME/.cargo/bin:$PATH"

tools/need.sh compiler rust wasm node chromium end2end
# A server that runs already is photographed as it is: CHORALE_URL=http://127.0.0.1:3000 make screens
if [ -z "${CHORALE_URL:-}" ] && [ -z "${CHORALE_BINARY:-}" ]; then
  tools/test.sh assets build
  export CHORALE_BINARY=$PWD/target/ci/chorale
fi
node end2end/screens.mjs target/screens "$@"
