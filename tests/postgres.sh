#!/usr/bin/env bash
# A PostgreSQL server for tests: a cluster of its own in a temporary directory, reached by a Unix socket only. Prints the directory, then obeys lines on
# standard input: `stop` ends it at once as a crash does, `start SETTINGS` starts it again; each is answered by a line. When standard input ends, whoever
# held it is gone, and so are the server and the directory. The order of texts is not that of their bytes, so that a query that relies on it fails.
# Further words, for two servers: `standby` makes the other server anew, as a copy that follows this one, whose commits from now on wait for it (with `follower` they do
# not, and it has come as far by then); its socket is in the directory's `b` (the first one's in the directory itself); `kill` ends the one that takes writes with SIGKILL; `promote` lets the copy take writes from now
# on; `freeze main` or `copy` stops a server with all its processes, `thaw` lets it go on; `drop` ends the copy with SIGKILL, and `back` starts it again.
# Usage: postgres.sh DIRECTORY-OF-PROGRAMS, as any user but root.
bin=$1
# Whoever held it may be gone while it does something; it is to clean up all the same.
trap '' PIPE
# Not TMPDIR: the path of a socket has room for 107 bytes, and the directory may be another user's.
dir=$(mktemp -d /tmp/mcf-postgres-XXXXXX) && cd "$dir" || exit 1
mkdir b
# Sockets of the server that takes writes, and of its copy.
main=$dir copy=$dir/b
run() {
  local at=$1
  shift
  "$bin/pg_ctl" -D "$at/data" -l "$at/log" -w start -o "-c listen_addresses='' -c unix_socket_directories='$at' -c max_connections=200 -c wal_keep_size=256MB $*" >/dev/null 2>&1
}
start() { run "$main" "$@" || { cat "$main/log" >&2; exit 1; }; }
# Every process of a server: the first, and its children.
processes() { [ -f "$1/data/postmaster.pid" ] && first=$(head -1 "$1/data/postmaster.pid") && echo "$first" && ps -o pid= --ppid "$first"; }
gone() { for process in "$@"; do while kill -0 "$process" 2>/dev/null; do sleep 0.05; done; done; }
finish() {
  local all
  all=$(processes "$1")
  # shellcheck disable=SC2086
  [ -z "$all" ] || { kill -9 $all; gone $all; } 2>/dev/null
}
standby() {
  finish "$copy"
  rm -rf "$copy/data"
  "$bin/pg_basebackup" -d "host=$main user=postgres application_name=copy" -D "$copy/data" -R -c fast --no-sync >>"$copy/log" 2>&1 && run "$copy" || { cat "$copy/log" >&2; exit 1; }
  "$bin/psql" -X -q -h "$main" -U postgres -c "ALTER SYSTEM SET synchronous_standby_names = '$1'" -c "SELECT pg_reload_conf()" >/dev/null 2>>"$main/log" || { cat "$main/log" >&2; exit 1; }
}
"$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --locale-provider=icu --icu-locale=en-US --no-sync >"$dir/log" 2>&1 || { cat "$dir/log" >&2; exit 1; }
start
echo "$dir"
while read -r word settings; do
  case $word in
    stop) "$bin/pg_ctl" -D "$main/data" -m immediate -w stop >/dev/null 2>&1 ;;
    start) start "$settings" ;;
    standby) standby copy ;;
    follower) standby '' ;;
    kill) finish "$main" ;;
    promote)
      "$bin/pg_ctl" -D "$copy/data" -w promote >/dev/null 2>&1 || { cat "$copy/log" >&2; exit 1; }
      other=$main main=$copy copy=$other ;;
    drop) finish "$copy" ;;
    back) run "$copy" ;;
    # shellcheck disable=SC2046
    freeze) kill -STOP $(processes "${!settings}") ;;
    # shellcheck disable=SC2046
    thaw) kill -CONT $(processes "${!settings}") ;;
  esac
  echo "$word" 2>/dev/null
done
finish "$copy"
finish "$main"
rm -rf "$dir"
