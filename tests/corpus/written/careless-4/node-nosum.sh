# expect: DVM203
set -o errexit -o nounset -o pipefail
readonly NODE=22.3.0
arch=$(dpkg --print-architecture)
case $arch in
amd64) a=x64 ;;
arm64) a=arm64 ;;
*) printf 'unsupported: %s\n' "$arch" >&2; exit 1 ;;
esac
cd /tmp
file=node-v$NODE-linux-$a.tar.xz
curl -fsSLO "https://nodejs.org/dist/v$NODE/$file"
sudo tar -C /usr/local --strip-components=1 -xJf "$file"
rm "$file"
