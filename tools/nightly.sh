#!/usr/bin/env bash
# `make nightly`: what is too long for every change. The browser tests on the release binary, 200 kill cycles on each
# database, MLflow's client with an artifact of 600 MB and with stores moved onto PostgreSQL, a minute of fuzzing for each
# parser, licences and advisories of every dependency.
# usage: tools/nightly.sh [STEP…]   (release browser kill_cycles mlflow fuzz deny; all of them without one)
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$HOME/.cargo/bin:$PWD/target/tools/bin:$PATH"
export CHORALE_BINARY=${CHORALE_BINARY:-$PWD/target/release/chorale}

release() {
  tools/need.sh compiler rust wasm
  cargo run --quiet -p chorale-assets
  cargo build --release -p chorale-server
}
browser() {
  tools/need.sh node chromium end2end
  tools/test.sh browser
}
kill_cycles() {
  tools/need.sh node postgres end2end
  CHORALE_KILL_CYCLES=${CHORALE_KILL_CYCLES:-200} tools/test.sh kill_cycles
}
mlflow() {
  tools/need.sh node postgres end2end mlflow
  tools/postgres.sh start
  node end2end/mlflow/walk.mjs --large session
  node end2end/mlflow/walk.mjs --engine postgres moving
}
# The pinned compiler is enough: the parsers hold no unsafe code, so no address sanitizer and no nightly is needed.
fuzz() {
  local target targets
  tools/need.sh compiler rust fuzz
  targets=$(cargo fuzz list) # in a statement of its own, so that its failure ends the step
  for target in $targets; do
    echo "-- fuzz: $target"
    mkdir -p "fuzz/corpus/$target"
    cargo fuzz run --sanitizer none "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- \
      -max_total_time="${CHORALE_FUZZ_SECONDS:-60}" -rss_limit_mb=1024 -verbosity=0 -print_final_stats=1
  done
}
# What was published about dependencies is in a database that has to be fetched; what they are is in the lock file.
deny() {
  tools/need.sh compiler rust deny
  cargo deny --workspace check bans licenses sources
  if timeout 120 cargo deny --workspace fetch db; then
    cargo deny --workspace check --disable-fetch advisories
  else
    unchecked="deny: the advisories of dependencies were NOT checked: their database cannot be fetched from here. Run it where it can be: tools/nightly.sh deny"
    echo "$unchecked" >&2
  fi
}
unchecked=""

steps=("$@")
[ $# -gt 0 ] || steps=(release browser kill_cycles mlflow fuzz deny)
for step in "${steps[@]}"; do
  echo "== nightly: ${step//_/ }"
  "$step"
done
[ -z "$unchecked" ] || echo "$unchecked"
echo "nightly: all ${#steps[@]} steps passed in $SECONDS s"
