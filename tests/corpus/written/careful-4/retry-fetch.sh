#!/usr/bin/env bash
# expect: none
# Tools from GitHub, with retries: the office proxy drops connections
set -euo pipefail

log() { printf '%s %s\n' "$(date +%T)" "$*" >&2; }
die() { log "error: $*"; exit 1; }

retry() {
  local n=1 max=5 delay=3
  until "$@"; do
    if (( n >= max )); then
      die "gave up after $n attempts: $*"
    fi
    log "attempt $n of $max failed, waiting ${delay}s"
    sleep "$delay"
    n=$((n + 1))
    delay=$((delay * 2))
  done
}

fetch() {
  local url=$1 sha=$2 out=$3
  retry curl -fsSL --connect-timeout 10 -o "$out" "$url"
  echo "$sha  $out" | sha256sum -c --quiet - || die "checksum of $url"
}

main() {
  local dl
  dl=$(mktemp -d)
  # shellcheck disable=SC2064
  trap "rm -rf '$dl'" EXIT

  fetch https://github.com/junegunn/fzf/releases/download/0.53.0/fzf-0.53.0-linux_amd64.tar.gz 7b12cc3f768c5728428df25881d62d70a57026bfeda31b4dbd524795dca21a52 "$dl/fzf.tgz"
  tar -xzf "$dl/fzf.tgz" -C "$dl"
  sudo install -m 755 "$dl/fzf" /usr/local/bin/fzf

  fetch https://github.com/jesseduffield/lazygit/releases/download/v0.42.0/lazygit_0.42.0_Linux_x86_64.tar.gz 34805a7bbb5212ed8aad719aeb52aa102780cc9c03e96de87618aec53f477a59 "$dl/lazygit.tgz"
  tar -xzf "$dl/lazygit.tgz" -C "$dl" lazygit
  sudo install -m 755 "$dl/lazygit" /usr/local/bin/lazygit

  fetch https://github.com/mikefarah/yq/releases/download/v4.44.2/yq_linux_amd64 c156061b47b0361d24e96c61eafdd435086fa7b8b0c5345c16460c846418f99a "$dl/yq"
  sudo install -m 755 "$dl/yq" /usr/local/bin/yq

  log "fzf $(fzf --version), yq $(yq --version)"
}

main "$@"
