#!/usr/bin/env bash
# Makes sure that what a target needs is on this machine, and installs what is missing: Debian's packages through
# apt-get, Rust's parts through rustup, the browser tests' packages through npm. Says what it does before it does it.
# Where it may not (not root and no sudo without a password, or no network), it prints the one command to run.
# It never touches anything that is already there.
# usage: tools/need.sh THING…   (compiler rust wasm node postgres chromium strace end2end mlflow s3 deny fuzz)
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$HOME/.cargo/bin:$PATH"

say() { echo "need: $*" >&2; }
stop() { say "$1"; say "then run the same command again"; exit 1; }

# Debian packages in one go; the list is refreshed only when a package is unknown.
apt_install() {
  local command="apt-get install -y --no-install-recommends $*"
  command -v apt-get >/dev/null || stop "this system has no apt-get; install yourself: $*"
  if [ "$(id -u)" = 0 ]; then
    say "$command"
    export DEBIAN_FRONTEND=noninteractive
    $command >&2 || { apt-get update >&2 && $command >&2; } \
      || stop "apt-get could not install it (no network?); install yourself: $command"
  elif sudo -n true 2>/dev/null; then
    say "sudo $command"
    # shellcheck disable=SC2086
    sudo -n DEBIAN_FRONTEND=noninteractive $command >&2 \
      || { sudo -n apt-get update >&2 && sudo -n DEBIAN_FRONTEND=noninteractive $command >&2; } \
      || stop "apt-get could not install it (no network?); install yourself: sudo $command"
  else
    stop "missing, and only root may install it: sudo apt-get update && sudo $command"
  fi
}

need_compiler() { command -v cc >/dev/null && command -v make >/dev/null || apt_install build-essential; }

need_rust() {
  command -v cargo >/dev/null \
    || stop "the Rust toolchain is missing: https://rustup.rs (rust-toolchain.toml then picks the version)"
  # rustup reads rust-toolchain.toml and fetches the pinned compiler on its first call
  rustc --version >/dev/null 2>&1 || rustup toolchain install >&2 || stop "rustup could not fetch the pinned toolchain"
}

need_wasm() {
  local target=wasm32-unknown-unknown
  [ -d "$(rustc --print sysroot)/lib/rustlib/$target" ] && return
  command -v rustup >/dev/null || stop "this compiler has no $target and there is no rustup to add it"
  say "rustup target add $target"
  rustup target add "$target" >&2 || stop "rustup could not fetch it (no network?): rustup target add $target"
}

need_node() {
  command -v node >/dev/null || apt_install nodejs npm
  command -v npm >/dev/null || apt_install npm
  local major
  major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 18 ] || stop "node $major is too old; Debian 12's nodejs (18) or newer will do"
}

need_postgres() { ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || apt_install postgresql postgresql-client; }
need_chromium() { command -v chromium >/dev/null || apt_install chromium; }
need_strace() { command -v strace >/dev/null || apt_install strace; }

need_end2end() {
  local stamp=end2end/node_modules/.installed
  cmp -s end2end/package-lock.json "$stamp" && return
  say "npm ci in end2end/ (no browser is downloaded: Debian's chromium is used)"
  (cd end2end && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund >&2) \
    || stop "npm could not fetch the browser tests' packages (no network?): cd end2end && npm ci"
  cp end2end/package-lock.json "$stamp"
}

# MLflow's client and server, as they are on PyPI, in a folder of their own.
need_mlflow() {
  local wanted=end2end/mlflow/requirements.txt folder=target/mlflow
  cmp -s "$wanted" "$folder/.installed" && return
  command -v python3 >/dev/null || apt_install python3 python3-venv
  python3 -m venv "$folder/venv" >&2 || apt_install python3-venv
  say "pip install -r $wanted (a minute, once)"
  { [ -x "$folder/venv/bin/pip" ] || python3 -m venv "$folder/venv" >&2; } \
    && "$folder/venv/bin/pip" install --quiet -r "$wanted" >&2 \
    || stop "pip could not fetch them (no network?): $folder/venv/bin/pip install -r $wanted"
  cp "$wanted" "$folder/.installed"
}

cargo_tool() { # NAME VERSION [OPTION…], into target/tools
  [ -x "target/tools/bin/$1" ] && return
  command -v "$1" >/dev/null && return
  say "cargo install $1 $2 (some minutes, once)"
  CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
    cargo install "$1" --version "$2" "${@:3}" --locked --root target/tools >&2 || stop "cargo could not install $1 $2"
}
# An S3 server over a folder: pure Rust, so that it needs nothing beside the toolchain that is here already.
need_s3() { cargo_tool s3s-fs 0.14.1 --features binary; }
need_deny() { cargo_tool cargo-deny 0.20.2; }
need_fuzz() { cargo_tool cargo-fuzz 0.13.2; }

[ $# -gt 0 ] || { echo "usage: $0 THING…" >&2; exit 2; }
for thing in "$@"; do
  declare -F "need_$thing" >/dev/null || { echo "$0 does not know \"$thing\"" >&2; exit 2; }
  "need_$thing"
done
