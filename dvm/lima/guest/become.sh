# become USER: from now on `as_user PROGRAM ARGUMENTS...` runs as that user. The one place that knows how.
via=()
become() {
  if type -P runuser >/dev/null; then
    via=(runuser -u "$1" --)
  elif type -P su >/dev/null; then
    # BusyBox has no runuser, and a setpriv that changes no user.
    # shellcheck disable=SC2016 # it is expanded there
    via=(su -s "$BASH" -c 'exec "$@"' -- "$1" dvm-su)
  else
    echo "dvm: this guest has neither runuser nor su" >&2
    exit 1
  fi
}
# Without the descriptor of root's answer.
as_user() { "${via[@]}" "$@" 3>&-; }
