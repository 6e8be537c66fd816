#!/usr/bin/env bash
# An S3 server of our own for tests (s3s-fs, from tools/need.sh), with one bucket "chorale" in a folder.
# usage: tools/s3.sh start | stop | url
# It names a file of its own after the key in base64: keys of an upload in parts have at most 128 bytes here, of which
# ours need 105, so tests keep their prefixes shorter than 23. S3 itself allows 1024.
# Its keys: AWS_ACCESS_KEY_ID=chorale, AWS_SECRET_ACCESS_KEY="a secret for tests".
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$HOME/.cargo/bin:$PWD/target/tools/bin:$PATH"
port=${CHORALE_TEST_S3_PORT:-54330}
folder=${CHORALE_TEST_S3_DIR:-${TMPDIR:-/tmp}/chorale-s3-$port}
running() { [ -f "$folder/pid" ] && kill -0 "$(cat "$folder/pid")" 2>/dev/null; }
case "${1:-}" in
  url) echo "http://127.0.0.1:$port" ;;
  start)
    running && exit 0
    command -v s3s-fs >/dev/null || { echo "s3s-fs is missing; install it: tools/need.sh s3" >&2; exit 1; }
    mkdir -p "$folder/data/chorale"
    RUST_LOG=warn setsid nohup s3s-fs --host 127.0.0.1 --port "$port" --access-key chorale \
      --secret-key "a secret for tests" "$folder/data" >"$folder/server.log" 2>&1 </dev/null &
    echo $! >"$folder/pid"
    for _ in $(seq 100); do
      (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && exit 0
      running || break
      sleep 0.1
    done
    echo "s3s-fs did not start; the end of $folder/server.log:" >&2
    tail -5 "$folder/server.log" >&2
    exit 1
    ;;
  stop) if running; then kill "$(cat "$folder/pid")"; rm -rf "$folder"; fi ;;
  *) echo "usage: $0 start | stop | url" >&2; exit 2 ;;
esac
