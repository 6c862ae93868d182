#!/bin/bash
# expect: none
set -o errexit -o nounset -o pipefail

readonly NODE=22.3.0
arch=$(dpkg --print-architecture)
case $arch in
amd64) a=x64   sum=f3b87adcd4acaec5edc404a394bf754cf3ee2bc420a1262e44edea30f902381b ;;
arm64) a=arm64 sum=156fe559f697d17375e7386c917a5bb2d615a8dac13596f0cd93e9044f53345a ;;
*) printf 'unsupported: %s\n' "$arch" >&2; exit 1 ;;
esac

cd /tmp
file=node-v$NODE-linux-$a.tar.xz
curl --proto '=https' --tlsv1.2 -fsSLO "https://nodejs.org/dist/v$NODE/$file"
echo "$sum  $file" | sha256sum --check --strict --quiet
sudo tar -C /usr/local --strip-components=1 -xJf "$file"
rm "$file"
npm config set fund false
npm install --global typescript@5.5.2 eslint@9.6.0 prettier@3.3.2
