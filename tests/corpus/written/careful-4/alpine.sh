#!/bin/sh
# expect: none
set -eu
sed -i 's#^\#\(.*/community\)#\1#' /etc/apk/repositories
apk update
apk add --no-cache bash=5.2.26-r0 git=2.45.2-r0 openssh-client-default=9.7_p1-r4 sudo=1.9.15_p5-r0
addgroup -S dev 2>/dev/null || true
adduser -D -G dev dev 2>/dev/null || true
setup-timezone -z Europe/Vienna
rc-update add crond default
rc-service crond start
