# expect: nothing
case "$(uname -m)" in
  x86_64)  arch=amd64 sum=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef ;;
  aarch64) arch=arm64 sum=fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210 ;;
  *) echo "unknown architecture" >&2; exit 1 ;;
esac
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
curl -fsSL "https://example.org/tool-1.0-$arch.tgz" -o "$tmp/tool.tgz"
printf '%s  %s\n' "$sum" "$tmp/tool.tgz" | sha256sum -c -
tar -xzf "$tmp/tool.tgz" -C "$tmp"
install -m 0755 "$tmp/tool" /usr/local/bin/tool
