#!/usr/bin/env bash
# `make run`: from a checkout to a running server with the demo organization, on http://127.0.0.1:3000.
# Every step skips what is up to date, so a second run starts in seconds. Ctrl-C ends the server.
# Settings pass through (`CHORALE_LISTEN=127.0.0.1:4000 make run`); docs/building.md says why the profile is this one.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$HOME/.cargo/bin:$PATH"
profile=${CHORALE_PROFILE:-release}
listen=${CHORALE_LISTEN:-127.0.0.1:3000}
export CHORALE_LISTEN=$listen CHORALE_DATA_DIR=${CHORALE_DATA_DIR:-data}
export CHORALE_PUBLIC_URL=${CHORALE_PUBLIC_URL:-http://$listen}

if (exec 3<>"/dev/tcp/${listen%:*}/${listen##*:}") 2>/dev/null; then
  echo "run: something already listens on $listen; end it, or choose another address: CHORALE_LISTEN=127.0.0.1:4000 make run" >&2
  exit 1
fi

tools/need.sh compiler rust wasm
started=$SECONDS
echo "run: building (the first time takes some minutes, docs/building.md has measured times)"
cargo run --quiet -p chorale-assets
cargo build -p chorale-server --profile "$profile"
binary=target/$([ "$profile" = dev ] && echo debug || echo "$profile")/chorale
echo "run: built in $((SECONDS - started)) s"

# Real series from the folder beside the checkout; without it the demo fetches a few from GEO, or makes synthetic ones.
if [ -z "${CHORALE_DEMO_DATA:-}" ] && [ -d ../shared/data ]; then
  CHORALE_DEMO_DATA=$(cd ../shared/data && pwd)
  export CHORALE_DEMO_DATA
fi
"$binary" migrate
# What could be imported is worth serving; what could not is said by the command itself, on standard error.
sign_ins=$("$binary" demo) || sign_ins="  The demo data is incomplete, see above. To try again: $binary demo"

"$binary" serve &
server=$!
trap 'kill -TERM "$server" 2>/dev/null || true' INT TERM
until (exec 3<>"/dev/tcp/${listen%:*}/${listen##*:}") 2>/dev/null; do
  kill -0 "$server" 2>/dev/null || { wait "$server" || exit $?; exit 1; }
  sleep 0.05
done
printf '\n  Chorale is ready: %s\n\n%s\n\n  Ctrl-C ends it. Its data is in %s\n\n' "$CHORALE_PUBLIC_URL" "$sign_ins" "$CHORALE_DATA_DIR"
# a trapped signal ends the first wait early: the second collects the server's own exit
wait "$server" || wait "$server"
