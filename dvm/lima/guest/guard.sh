# dvm-guard [--all-files] [--kept ROOT] SINCE HOMES [DVM_USER CODE_ROOT]...
#
# Runs in the guest, as root. Answers `work` KIND PATH BRANCH DETAIL for each piece of work under the code roots that
# exists nowhere else: `uncommitted`, `unpushed`, `stashed`, and `files` for directories that are no git
# repository and hold files newer than SINCE (seconds since 1970). Links that lead elsewhere are followed to what the
# user may write to. HOMES, unless it is empty, is a directory whose directories are looked through too, each as the
# user it belongs to; hidden files right below one of them are how a user is set up, and count only where they are in
# a repository. git runs as the user, never as root: a repository that is not trusted can name programs in its
# configuration. What belongs to root or to nobody is listed, no more. Whoever's repositories are looked into, their git
# is challenged first: `git` and the name it gives to the challenge, which the host knows. `git-unused`: there was none.
# --all-files: files below a code root count whatever their age; there was nothing when the VM was made.
# What is below ROOT is kept, and is no work that could be lost: all that counts there is what its links and its
# repositories have elsewhere.
demand_tools
kept= all_files=
if [[ ${1-} == --all-files ]]; then
  all_files=1
  shift
fi
if [[ ${1-} == --kept ]]; then
  kept=$(readlink -f -- "$2") || fail "there is no directory $2"
  shift 2
fi
since=$1 homes=$2
shift 2
# A clock that was wrong once: no file is newer than what is yet to come, so every file counts.
if ((since > $(date +%s))); then since=0; fi
# By its change as well: tar and cp give a file that is new here whatever age they like.
newer=("(" -newermt "@$since" -o -newerct "@$since" ")")
if ! find / -maxdepth 0 "${newer[@]}" >/dev/null 2>&1; then
  # BusyBox counts minutes, from now. One more, so that no file is missed.
  minutes=$((($(date +%s) - since) / 60 + 2))
  newer=("(" -mmin "-$minutes" -o -cmin "-$minutes" ")")
  find / -maxdepth 0 "${newer[@]}" >/dev/null || fail "the find of this guest knows no ages"
fi
# What was looked at, by its real path: links may lead to one place twice, or in circles.
declare -A seen=()
# git takes @0 for no date.
after=()
((since == 0)) || after=("--since=@$since")
plural() { if (($1 == 1)); then printf '1 %s' "$2"; else printf '%d %s' "$1" "$3"; fi; }
# `user` is empty where root looks itself.
as_looker() { if [[ -n $user ]]; then as_user "$@"; else "$@" 3>&-; fi; }
# Whose git was challenged.
declare -A challenged=()
# A name as a pattern of find's that matches nothing else.
literally() {
  local name=${1//\\/\\\\}
  name=${name//\*/\\*} name=${name//\?/\\?}
  printf '%s' "${name//\[/\\[}"
}
git_in() {
  local repo=$1
  shift
  as_looker env -i HOME=/nonexistent PATH=/usr/bin:/bin LC_ALL=C GIT_OPTIONAL_LOCKS=0 GIT_CONFIG_NOSYSTEM=1 \
    GIT_DEFAULT_HASH=sha1 \
    GIT_TERMINAL_PROMPT=0 git -c core.fsmonitor=false -c core.hooksPath=/dev/null -c safe.directory='*' -C "$repo" "$@"
}

is_new() { # AS WHAT, PLACE
  local real
  real=$(as_looker readlink -f -- "$2" || printf '%s' "$2")
  [[ -z ${seen["$1 $real"]-} ]] || return 1
  seen["$1 $real"]=1
}

look_into() { # REPOSITORY
  local repo=$1 branch changed head line url host near=(--not) unpushed tagged stashed
  local -A elsewhere=()
  is_new repository "$repo" || return 0
  if [[ -n $kept ]] && as_looker "$BASH" -c "$is_within" bash "$kept" "$repo"; then return 0; fi
  branch=$(git_in "$repo" symbolic-ref --quiet --short HEAD || echo '(detached)')
  changed=$(git_in "$repo" status --porcelain --untracked-files=all | wc -l) || exit 1
  ((changed == 0)) || answer work uncommitted "$repo" "$branch" "$(plural "$changed" file files)"
  # HEAD counts by itself where it is detached; a repository without commits has none.
  head=$(git_in "$repo" rev-parse --quiet --verify HEAD || true)
  # Only branches of a remote that is known to be elsewhere count as pushed: what was pushed to a path went to a repository
  # in this very guest, and refs below refs/remotes that no remote has came from a bundle, or from anywhere.
  while IFS= read -r -d '' line; do
    url=${line#*$'\n'} line=${line%%$'\n'*} line=${line#remote.}
    line=${line%.url} line=${line%.pushurl}
    # As git tells them apart: a colon before any slash is that of a host or of a scheme.
    host=${url#*://} host=${host%%/*} host=${host##*@}
    if [[ $url == file:* || ${url%%:*} == */* || $url != *:* ]] ||
      [[ $host =~ ^(localhost|127\.[0-9.]+|0\.0\.0\.0|\[::1?\])(:|$) || ${host%%:*} == "$HOSTNAME" ]]; then
      elsewhere["$line"]=no
    elif [[ -z ${elsewhere["$line"]-} ]]; then
      elsewhere["$line"]=yes
    fi
  done < <(git_in "$repo" config -z --get-regexp '^remote\..*\.(push)?url$')
  for line in "${!elsewhere[@]}"; do
    [[ ${elsewhere["$line"]} == no ]] || near+=("--remotes=$line")
  done
  unpushed=$(git_in "$repo" log --format=%h --branches ${head:+"$head"} "${near[@]}" | wc -l) || exit 1
  # Tags that are on none of a remote's branches can be its own; those that were fetched are older than the VM.
  tagged=$(git_in "$repo" log --format=%h ${after[@]+"${after[@]}"} --tags "${near[@]}" --branches ${head:+"$head"} | wc -l) ||
    exit 1
  unpushed=$((unpushed + tagged))
  ((unpushed == 0)) || answer work unpushed "$repo" "$branch" "$(plural "$unpushed" commit commits)"
  stashed=$(git_in "$repo" stash list | wc -l)
  ((stashed == 0)) || answer work stashed "$repo" "$branch" "$(plural "$stashed" stash stashes)"
}

# Reads files below ROOT and answers with how many there are in each of its entries.
answer_files() { # ROOT
  local file relative place places=()
  local -A count=()
  while IFS= read -r -d '' file; do
    relative=${file#"$1"/}
    place=$1/${relative%%/*}
    [[ -n ${count["$place"]-} ]] || places+=("$place")
    count["$place"]=$((${count["$place"]:-0} + 1))
  done
  for place in ${places[@]+"${places[@]}"}; do
    answer work files "$place" "" "$(plural "${count["$place"]}" file files) in no git repository"
  done
}

# Reads links and prints what they lead to outside of ROOT, as far as it may be written to. Runs as the user.
# shellcheck disable=SC2016 # it is expanded there
leads_to='root=$(cd -P -- "$1" && pwd -P) || exit 1
  while IFS= read -r -d "" link; do
    [[ -w $link ]] && target=$(readlink -f -- "$link") || continue
    [[ $target/ == "$root"/* ]] || printf "%s\0" "$target"
  done'

# Whether all of a repository is below KEPT: its files, its directory for git, and what that shares with others.
# shellcheck disable=SC2016
is_within='kept=$1 repo=$2 directory=$2/.git
  if [[ -f $directory ]]; then
    IFS= read -r line <"$directory" || true
    [[ $line == "gitdir: "* ]] || exit 1
    line=${line#gitdir: }
    case $line in /*) directory=$line ;; *) directory=$repo/$line ;; esac
  fi
  common=$directory
  if [[ -f $directory/commondir ]]; then
    IFS= read -r line <"$directory/commondir" || true
    case $line in /*) common=$line ;; *) common=$directory/$line ;; esac
  fi
  for place in "$repo" "$directory" "$common" "$common/objects" "$common/refs"; do
    real=$(readlink -f -- "$place") && [[ $real/ == "$kept"/* ]] || exit 1
  done'

# Reads lists of places that git takes objects from, and prints those that have one outside of KEPT.
# shellcheck disable=SC2016
borrows='while IFS= read -r -d "" list; do
    while IFS= read -r place || [[ -n $place ]]; do
      case $place in /* | "") ;; *) place=${list%/info/alternates}/$place ;; esac
      real=$(readlink -f -- "$place") || real=
      [[ -z $place || $real/ == "$1"/* ]] || { printf "%s\0" "${list%/objects/info/alternates}"; break; }
    done <"$list"
  done'

# Looks at what is kept for what it has elsewhere; adds to the targets of look_through.
look_beyond() {
  local entry
  while IFS= read -r -d '' entry; do
    targets+=("$entry")
  done < <(as_looker find "$kept" -type l -print0 | as_looker "$BASH" -c "$leads_to" bash "$kept")
  while IFS= read -r -d '' entry; do
    answer work files "$entry" "" "objects of a repository elsewhere"
  done < <(as_looker find "$kept" -path '*/objects/info/alternates' -size +0 -print0 |
    as_looker "$BASH" -c "$borrows" bash "$kept")
}

look_through() { # USER ROOT [WHAT TO LEAVE OUT, AS FIND HAS IT]
  local user=$1 root=$2 entry repo top
  local repos=() targets=() prune=("${@:3}") ages=()
  [[ -n $all_files ]] || ages=("${newer[@]}")
  id -u "$user" >/dev/null 2>&1 && (($(id -u "$user") > 0)) || user=
  if [[ -n $user ]]; then
    if [[ -z ${challenged[$user]-} ]]; then
      demand_become "$user"
    else
      become "$user"
    fi
    as_user test -r "$root" || user=
  fi
  [[ -e $root ]] && is_new root "$root" || return 0
  # Without git there are no commits to lose, but files all the same.
  if [[ -n $user ]] && command -v git >/dev/null; then
    if [[ -z ${challenged[$user]-} ]]; then
      answer git "$(printf %s "$dvm_challenge" | git_in / hash-object --stdin)"
      challenged[$user]=1
    fi
    while IFS= read -r -d '' entry; do
      repos+=("${entry%/.git}")
    done < <(as_looker find -H "$root" -name .git -prune -print0)
  fi
  for repo in ${repos[@]+"${repos[@]}"}; do
    look_into "$repo"
    prune+=(-path "$(literally "$repo")" -prune -o)
  done
  if [[ -n $kept && -n $user ]]; then
    prune+=(-path "$(literally "$kept")" -prune -o)
    top=$(as_looker readlink -f -- "$root") || top=$root
    if [[ $top/ == "$kept"/* || $kept/ == "$top"/* ]] && is_new kept "$kept"; then look_beyond; fi
    # By another name than its own, what find meets there has another one too.
    [[ $top/ != "$kept"/* ]] || root=$top
  fi
  as_looker find -H "$root" ${prune[@]+"${prune[@]}"} -type f ${ages[@]+"${ages[@]}"} -print0 | answer_files "$root"
  [[ -n $user && -d $root ]] || return 0
  while IFS= read -r -d '' entry; do
    targets+=("$entry")
  done < <(as_looker find -H "$root" ${prune[@]+"${prune[@]}"} -type l -print0 | as_looker "$BASH" -c "$leads_to" bash "$root")
  for entry in ${targets[@]+"${targets[@]}"}; do
    # A part of a repository is looked at as the whole.
    top=${entry%/*}
    [[ -f $entry ]] || top=$entry
    top=$(git_in "$top" rev-parse --show-toplevel 2>/dev/null) || top=$entry
    # What links lead to may have been there before.
    all_files="" look_through "$user" "$top"
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
((${#challenged[@]} > 0)) || answer git-unused
finish 0
