#!/usr/bin/env bash
# The compiler of `make test` (cargo's RUSTC_WORKSPACE_WRAPPER): each of our crates is compiled, linted by clippy and, if
# it is a library, documented in one go, with what its dependencies were compiled to. `cargo clippy` and `cargo doc` of
# their own would check every dependency once more, which took a third of the whole run.
# usage: tools/compile.sh RUSTC ARGUMENTS…   (cargo calls it; CLIPPY_ARGS and RUSTDOCFLAGS as with clippy and rustdoc)
set -euo pipefail
clippy-driver "$@"

shift # the compiler's own path
arguments=() library=false
while [ $# -gt 0 ]; do
  case $1 in
    --test | - | --print | -vV) exit 0 ;; # tests share their library's documents; the rest are questions of cargo's
    --crate-type) [ "$2" = lib ] && library=true && arguments+=("$1" "$2"); shift ;;
    --emit=* | --out-dir=* | --diagnostic-width=*) ;;
    --out-dir | --emit) shift ;;
    -C)
      case $2 in
        incremental=* | metadata=* | extra-filename=* | codegen-units=* | debuginfo=* | opt-level=* | embed-bitcode=* | strip=* | split-debuginfo=* | linker* | lto*) ;;
        *) arguments+=("$1" "$2") ;;
      esac
      shift
      ;;
    *) arguments+=("$1") ;;
  esac
  shift
done
$library || exit 0
# shellcheck disable=SC2086 # flags are words
exec rustdoc "${arguments[@]}" --document-private-items --out-dir "${CARGO_TARGET_DIR:-$PWD/target}/doc" ${RUSTDOCFLAGS:-}
