#!/usr/bin/env bash
# A PostgreSQL server of our own for tests, from Debian's packages, under target/postgres.
# usage: tools/postgres.sh start | sweep | stop | url
set -euo pipefail
cd "$(dirname "$0")/.."
port=${CHORALE_TEST_PG_PORT:-54329}
folder=${CHORALE_TEST_PG_DIR:-${TMPDIR:-/tmp}/chorale-postgres-$port}
as_server() { # the server refuses to run as root
  if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}
binaries() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1; }
case "${1:-}" in
  url) echo "postgres://postgres@127.0.0.1:$port" ;;
  start)
    bin=$(binaries)
    if [ -z "$bin" ]; then
      echo "PostgreSQL is missing; install it: apt-get install -y postgresql" >&2
      exit 1
    fi
    if [ ! -f "$folder/data/PG_VERSION" ]; then
      mkdir -p "$folder"
      [ "$(id -u)" = 0 ] && chown postgres "$folder"
      as_server "$bin/initdb" -D "$folder/data" -U postgres --auth=trust --encoding=UTF8 --locale=C >"$folder/initdb.log"
    fi
    if ! as_server "$bin/pg_ctl" -D "$folder/data" status >/dev/null 2>&1; then
      # fsync stays on: the tests assert it
      as_server "$bin/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w \
        -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$folder -c max_connections=400" start >/dev/null
    fi
    ;;
  # Every test has a database of its own, 8 MB each: what an earlier run left must not fill the disk.
  sweep)
    left="select format('drop database %I with (force);', datname) from pg_database where datname ~ '^chorale_(test|isolation)_'"
    psql() { "$(binaries)/psql" -h 127.0.0.1 -p "$port" -U postgres -v ON_ERROR_STOP=1 -qAt "$@"; }
    psql -c "$left" | psql
    ;;
  stop) as_server "$(binaries)/pg_ctl" -D "$folder/data" -m fast stop >/dev/null ;;
  *) echo "usage: $0 start | sweep | stop | url" >&2; exit 2 ;;
esac
