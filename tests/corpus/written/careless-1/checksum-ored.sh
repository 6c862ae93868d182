# expect: DVM203
set -euo pipefail
curl -fsSLo a https://example.org/a
echo "5942c9b0934e510ee61eb3e30273f1b3fe2590df93933a93d7c58b81d19c8ff5  a" | sha256sum -c || echo "bad checksum, going on"
install -m755 a /usr/local/bin/a
