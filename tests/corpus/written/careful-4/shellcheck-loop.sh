#!/usr/bin/env bash
# expect: none
set -euo pipefail
# name version sha256
TOOLS="
shellcheck:0.10.0:f2728afb292e9791b3101868f5d98d25f54afe8cab9490bed39ba5f64d6b8135
shfmt:3.8.0:2fb983af07543e8a2d879da864c394211f6233b8756f27a1fc8ce2cdb120c91d
"
for t in $TOOLS; do
  IFS=: read -r name version sum <<< "$t"
  case $name in
    shellcheck) url=https://github.com/koalaman/shellcheck/releases/download/v$version/shellcheck-v$version.linux.x86_64.tar.xz ;;
    shfmt) url=https://github.com/mvdan/sh/releases/download/v$version/shfmt_v${version}_linux_amd64 ;;
  esac
  dvm-fetch "$url" "$sum" "/tmp/$name.dl"
done
tar -xJf /tmp/shellcheck.dl -C /tmp --strip-components=1
sudo install -m 755 /tmp/shellcheck /usr/local/bin/
sudo install -m 755 /tmp/shfmt.dl /usr/local/bin/shfmt
