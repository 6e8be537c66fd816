#!/usr/bin/env bash
# `make nightly`: what is too long for every change. The browser tests on the release binary, 200 kill cycles on each
# database, a minute of fuzzing for each parser, licences and advisories of every dependency.
# usage: tools/nightly.sh [STEP…]   (release browser kill_cycles fuzz deny; all of them without one)
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$HOME/.cargo/bin:$PWD/target/tools/bin:$PATH"
export CHORALE_BINARY=$PWD/target/release/chorale

release() {
  cargo run --quiet -p chorale-assets
  cargo build --release -p chorale-server
}
browser() { tools/test.sh browser; }
kill_cycles() { CHORALE_KILL_CYCLES=${CHORALE_KILL_CYCLES:-200} tools/test.sh kill_cycles; }
# The pinned compiler is enough: the parsers hold no unsafe code, so no address sanitizer and no nightly is needed.
fuzz() {
  local target
  for target in $(cargo fuzz list); do
    echo "-- fuzz: $target"
    mkdir -p "fuzz/corpus/$target"
    cargo fuzz run --sanitizer none "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- \
      -max_total_time="${CHORALE_FUZZ_SECONDS:-60}" -rss_limit_mb=1024 -verbosity=0 -print_final_stats=1
  done
}
deny() { cargo deny --workspace check; }

steps=("$@")
[ $# -gt 0 ] || steps=(release browser kill_cycles fuzz deny)
tools/need.sh compiler rust wasm node postgres chromium strace end2end fuzz deny
for step in "${steps[@]}"; do
  echo "== nightly: ${step//_/ }"
  "$step"
done
echo "nightly: all ${#steps[@]} steps passed in $SECONDS s"
