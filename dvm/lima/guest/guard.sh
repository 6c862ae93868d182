# dvm-guard SINCE HOMES [DVM_USER CODE_ROOT]...
#
# Runs in the guest, as root. Prints a line KIND<TAB>PATH<TAB>BRANCH<TAB>DETAIL for each piece of work under the code
# roots that exists nowhere else: `uncommitted`, `unpushed`, `stashed`, and `files` for directories that are no git
# repository and hold files newer than SINCE (seconds since 1970). HOMES, unless it is empty, is a directory whose
# directories are looked through too, each as the user it belongs to; hidden files right below one of them are how a
# user is set up, and count only where they are in a repository. git runs as the user, never as root: a repository
# that is not trusted can name programs in its configuration. What belongs to root or to nobody is listed, no more.
set -Eeuo pipefail
since=$1 homes=$2
shift 2
# A clock that was wrong once: no file is newer than what is yet to come, so every file counts.
if ((since > $(date +%s))); then since=0; fi
plural() { if (($1 == 1)); then printf '1 %s' "$2"; else printf '%d %s' "$1" "$3"; fi; }
# `user` is empty where root looks itself.
as_user() { if [[ -n $user ]]; then runuser -u "$user" -- "$@"; else "$@"; fi; }
# A name as a pattern of find's that matches nothing else.
literally() {
  local name=${1//\\/\\\\}
  name=${name//\*/\\*} name=${name//\?/\\?}
  printf '%s' "${name//\[/\\[}"
}
git_in() {
  local repo=$1
  shift
  as_user env -i HOME=/nonexistent PATH=/usr/bin:/bin LC_ALL=C GIT_OPTIONAL_LOCKS=0 GIT_CONFIG_NOSYSTEM=1 \
    GIT_TERMINAL_PROMPT=0 git -c core.fsmonitor=false -c core.hooksPath=/dev/null -c safe.directory='*' -C "$repo" "$@"
}

look_into() { # REPOSITORY
  local repo=$1 branch changed head unpushed stashed
  branch=$(git_in "$repo" symbolic-ref --quiet --short HEAD || echo '(detached)')
  changed=$(git_in "$repo" status --porcelain --untracked-files=all | wc -l) || exit 1
  ((changed == 0)) || printf 'uncommitted\t%s\t%s\t%s\n' "$repo" "$branch" "$(plural "$changed" file files)"
  # HEAD counts by itself where it is detached; a repository without commits has none.
  head=$(git_in "$repo" rev-parse --quiet --verify HEAD || true)
  unpushed=$(git_in "$repo" log --format=%h --branches ${head:+"$head"} --not --remotes | wc -l) || exit 1
  ((unpushed == 0)) || printf 'unpushed\t%s\t%s\t%s\n' "$repo" "$branch" "$(plural "$unpushed" commit commits)"
  stashed=$(git_in "$repo" stash list | wc -l)
  ((stashed == 0)) || printf 'stashed\t%s\t%s\t%s\n' "$repo" "$branch" "$(plural "$stashed" stash stashes)"
}

look_through() { # USER ROOT [WHAT TO LEAVE OUT, AS FIND HAS IT]
  local user=$1 root=$2 entry file relative repo
  local repos=() prune=("${@:3}")
  id -u "$user" >/dev/null 2>&1 && (($(id -u "$user") > 0)) || user=
  [[ -z $user ]] || as_user test -r "$root" || user=
  [[ -d $root ]] || return 0
  # Without git there are no commits to lose, but files all the same.
  if [[ -n $user ]] && command -v git >/dev/null; then
    while IFS= read -r -d '' entry; do
      repos+=("${entry%/.git}")
    done < <(as_user find "$root" -name .git -prune -print0)
  fi
  for repo in ${repos[@]+"${repos[@]}"}; do
    look_into "$repo"
    prune+=(-path "$(literally "$repo")" -prune -o)
  done
  as_user find "$root" ${prune[@]+"${prune[@]}"} -type f -newermt "@$since" -print0 |
    while IFS= read -r -d '' file; do
      relative=${file#"$root"/}
      printf '%s\n' "$root/${relative%%/*}"
    done | sort | uniq -c | while read -r count place; do
      printf 'files\t%s\t\t%s in no git repository\n' "$place" "$(plural "$count" file files)"
    done
}

while (($# > 0)); do
  look_through "$1" "$2"
  shift 2
done
if [[ -n $homes ]]; then
  for home in "$homes"/*/; do
    [[ -d $home ]] || continue
    home=${home%/}
    look_through "$(stat -L -c %U "$home")" "$home" -path "$(literally "$home")/.*" -prune -o
  done
fi
