#!/usr/bin/env bash
# A PostgreSQL server for tests: a cluster of its own in a temporary directory, reached by a Unix socket only. Prints the directory, then obeys lines on
# standard input: `stop` ends it at once as a crash does, `start SETTINGS` starts it again; each is answered by a line. When standard input ends, whoever
# held it is gone, and so are the server and the directory. The order of texts is not that of their bytes, so that a query that relies on it fails.
# Usage: postgres.sh DIRECTORY-OF-PROGRAMS, as any user but root.
bin=$1
# Not TMPDIR: the path of a socket has room for 107 bytes, and the directory may be another user's.
dir=$(mktemp -d /tmp/mcf-postgres-XXXXXX) && cd "$dir" || exit 1
start() {
  "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w start -o "-c listen_addresses='' -c unix_socket_directories='$dir' -c max_connections=200 $*" >/dev/null 2>&1 || { cat "$dir/log" >&2; exit 1; }
}
"$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --locale-provider=icu --icu-locale=en-US --no-sync >"$dir/log" 2>&1 || { cat "$dir/log" >&2; exit 1; }
start
echo "$dir"
while read -r word settings; do
  case $word in
    stop) "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1 ;;
    start) start "$settings" ;;
  esac
  echo "$word"
done
"$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1
rm -rf "$dir"
