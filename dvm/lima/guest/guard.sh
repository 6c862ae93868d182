# dvm-guard DVM_USER CODE_ROOT SINCE
#
# Runs in the guest, as root. Prints a line KIND<TAB>PATH<TAB>BRANCH<TAB>DETAIL for each piece of work under CODE_ROOT
# that exists nowhere else: `uncommitted`, `unpushed`, `stashed`, and `files` for directories that are no git
# repository and hold files newer than SINCE (seconds since 1970). git runs as DVM_USER, never as root: a repository
# that is not trusted can name programs in its configuration.
set -Eeuo pipefail
user=$1 root=$2 since=$3
# A clock that was wrong once: no file is newer than what is yet to come, so every file counts.
if ((since > $(date +%s))); then since=0; fi
id -u "$user" >/dev/null 2>&1 || exit 0
plural() { if (($1 == 1)); then printf '1 %s' "$2"; else printf '%d %s' "$1" "$3"; fi; }
as_user() { runuser -u "$user" -- "$@"; }
as_user test -d "$root" || exit 0
if ! command -v git >/dev/null; then
  # Without git there are no commits to lose, but files all the same.
  as_user find "$root" -type f -newermt "@$since" -printf 'files\t%p\t\tnot in a git repository\n' | head -n 100
  exit 0
fi
git_in() {
  local repo=$1
  shift
  as_user env -i HOME=/nonexistent PATH=/usr/bin:/bin LC_ALL=C GIT_OPTIONAL_LOCKS=0 GIT_CONFIG_NOSYSTEM=1 \
    GIT_TERMINAL_PROMPT=0 git -c core.fsmonitor=false -c core.hooksPath=/dev/null -c safe.directory='*' -C "$repo" "$@"
}
repos=()
while IFS= read -r -d '' entry; do
  repos+=("${entry%/.git}")
done < <(as_user find "$root" -name .git -prune -print0)

for repo in ${repos[@]+"${repos[@]}"}; do
  branch=$(git_in "$repo" symbolic-ref --quiet --short HEAD || echo '(detached)')
  changed=$(git_in "$repo" status --porcelain --untracked-files=all | wc -l) || exit 1
  ((changed == 0)) || printf 'uncommitted\t%s\t%s\t%s\n' "$repo" "$branch" "$(plural "$changed" file files)"
  # HEAD counts by itself where it is detached; a repository without commits has none.
  head=$(git_in "$repo" rev-parse --quiet --verify HEAD || true)
  unpushed=$(git_in "$repo" log --format=%h --branches ${head:+"$head"} --not --remotes | wc -l) || exit 1
  ((unpushed == 0)) || printf 'unpushed\t%s\t%s\t%s\n' "$repo" "$branch" "$(plural "$unpushed" commit commits)"
  stashed=$(git_in "$repo" stash list | wc -l)
  ((stashed == 0)) || printf 'stashed\t%s\t%s\t%s\n' "$repo" "$branch" "$(plural "$stashed" stash stashes)"
done

prune=()
for repo in ${repos[@]+"${repos[@]}"}; do
  prune+=(-path "$repo" -prune -o)
done
as_user find "$root" ${prune[@]+"${prune[@]}"} -type f -newermt "@$since" -print0 |
  while IFS= read -r -d '' file; do
    relative=${file#"$root"/}
    printf '%s\n' "$root/${relative%%/*}"
  done | sort | uniq -c | while read -r count place; do
    printf 'files\t%s\t\t%s in no git repository\n' "$place" "$(plural "$count" file files)"
  done
