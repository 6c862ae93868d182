# expect: nothing
fetch() {
  local url=$1 sum=$2 out=$3
  curl --proto '=https' --tlsv1.2 -fsSL "$url" -o "$out"
  echo "$sum  $out" | sha256sum --check --quiet
}
fetch https://example.org/t.tgz 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef /tmp/t.tgz
tar -xzf /tmp/t.tgz -C /opt
