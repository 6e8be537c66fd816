#!/usr/bin/env bash
# `make test`: everything that CI runs, in the order in which mistakes are cheapest to find. One profile (ci:
# development with some optimization) and one selection of packages throughout, so that nothing is compiled twice
# (docs/building.md has the measured times).
# usage: tools/test.sh [STEP…]   (formatting assets build rust browser mlflow objects_s3 kill_cycles kill_plants power_loss)
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$HOME/.cargo/bin:$PATH"
# The browser's crate is compiled for wasm32 alone (tools/assets does): on the host it would switch the pages'
# `hydrate` feature on for the server too.
packages=(--profile ci --workspace --exclude chorale-frontend --features chorale-app/ssr,chorale-ui/ssr)
# The binary that browsers and kills meet: the one of the step `build`, unless another is named (nightly names the release).
export CHORALE_BINARY=${CHORALE_BINARY:-$PWD/target/ci/chorale}

formatting() { cargo fmt --all --check; }
# First, because the server embeds them. The islands are linted as they are compiled.
assets() {
  cargo build "${packages[@]}" --bin chorale-assets
  target/ci/chorale-assets
}
# Every target at once, linted and documented (tools/compile.sh): built apart, the tests' own dependencies would compile
# half the workspace a second time.
build() { cargo build "${packages[@]}" --all-targets; }
rust() (
  tools/postgres.sh start
  tools/s3.sh start
  # The tests' files and databases are many: they go with the step, however it ends.
  files=$(mktemp -d)
  trap 'rm -rf "$files"; tools/postgres.sh sweep' EXIT
  tools/postgres.sh sweep
  TMPDIR=$files CHORALE_TEST_PG=$(tools/postgres.sh url) CHORALE_TEST_S3=$(tools/s3.sh url) cargo test "${packages[@]}"
)
browser() { (cd end2end && npx --no-install playwright test); }
# MLflow's own client and server from PyPI, against the whole program.
mlflow() {
  tools/postgres.sh start
  node end2end/mlflow/walk.mjs
  node end2end/mlflow/walk.mjs --engine postgres session
}
kill_cycles() {
  tools/postgres.sh start
  node end2end/kill/run.mjs --engine sqlite --cycles "${CHORALE_KILL_CYCLES:-20}"
  node end2end/kill/run.mjs --engine postgres --cycles "${CHORALE_KILL_CYCLES:-20}"
}
# Losses made on purpose must be seen: otherwise the cycles prove nothing.
kill_plants() {
  tools/postgres.sh start
  node end2end/kill/run.mjs --engine postgres --plants
}
# The whole program with its objects in S3.
objects_s3() {
  tools/s3.sh start
  node end2end/s3/walk.mjs
}
power_loss() { node end2end/kill/power_loss.mjs; }

steps=("$@")
[ $# -gt 0 ] || steps=(formatting assets build rust browser mlflow objects_s3 kill_cycles kill_plants power_loss)
tools/need.sh compiler rust wasm node postgres chromium strace end2end mlflow s3
# Whatever of ours is compiled from here on is linted and documented on the way; a warning of either is an error.
export RUSTC_WORKSPACE_WRAPPER=$PWD/tools/compile.sh CLIPPY_ARGS="-Dwarnings__CLIPPY_HACKERY__" RUSTDOCFLAGS="-D warnings"
table=""
for step in "${steps[@]}"; do
  started=$SECONDS
  echo "== test: ${step//_/ }"
  "$step"
  table+=$(printf '%-12s %5d s' "${step//_/ }" $((SECONDS - started)))$'\n'
done
printf '\n%s' "$table"
echo "test: all ${#steps[@]} steps passed in $SECONDS s"
