# dvm-work DVM_USER CODE_DIR
#
# Runs in the guest, as root, and looks as DVM_USER. Answers `repository` PATH BRANCH UPSTREAM AHEAD BEHIND CHANGED
# STASHED for each git repository below CODE_DIR: PATH is relative to it, a number that is not known is empty. A bare
# one is found right below CODE_DIR only. `no-git`: this guest has none.
user=$1 root=$2
demand_become "$user"
if ! type -P git >/dev/null; then
  answer no-git
  finish 0
fi
as_user test -d "$root" || finish 0

git_in() {
  local repo=$1
  shift
  as_user env -i HOME=/nonexistent PATH=/usr/local/bin:/usr/bin:/bin LC_ALL=C GIT_OPTIONAL_LOCKS=0 GIT_CONFIG_NOSYSTEM=1 \
    GIT_TERMINAL_PROMPT=0 git -c core.fsmonitor=false -c core.hooksPath=/dev/null -c safe.directory='*' -C "$repo" "$@"
}

look_into() { # REPOSITORY
  local repo=$1 line word branch="" upstream="" ahead="" behind="" changed=0 stashed status
  if [[ -e $repo/.git ]]; then
    status=$(git_in "$repo" status --porcelain=v2 --branch --untracked-files=normal 2>/dev/null) || return 0
    while IFS= read -r line; do
      case $line in
        "# branch.head "*) branch=${line#"# branch.head "} ;;
        "# branch.upstream "*) upstream=${line#"# branch.upstream "} ;;
        "# branch.ab "*) read -r _ _ ahead behind <<<"$line" ;;
        "#"* | "") ;;
        *) changed=$((changed + 1)) ;;
      esac
    done <<<"$status"
    stashed=$(git_in "$repo" rev-list --walk-reflogs --count refs/stash 2>/dev/null) || stashed=0
  else
    branch=$(git_in "$repo" symbolic-ref --quiet --short HEAD 2>/dev/null) || branch="(detached)"
    stashed=0
  fi
  word=${repo#"$root"}
  word=${word#/}
  answer repository "${word:-.}" "$branch" "$upstream" "${ahead#+}" "${behind#-}" "$changed" "$stashed"
}

count=0
while IFS= read -r -d '' place; do
  ((count++ < 200)) || break
  look_into "${place%/.git}"
done < <(as_user find -H "$root" -maxdepth 6 -name .git -prune -print0 2>/dev/null | LC_ALL=C sort -z)
for place in "$root"/*/; do
  place=${place%/}
  if as_user test -f "$place/HEAD" -a -d "$place/objects" -a -d "$place/refs" -a ! -e "$place/.git"; then
    look_into "$place"
  fi
done
finish 0
