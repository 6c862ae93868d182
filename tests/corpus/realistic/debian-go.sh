#!/usr/bin/env bash
# Part of the test corpus: the checksums are made up.
set -o errexit -o nounset -o pipefail -o errtrace

GO_VERSION=1.23.3
OS_ARCH="$(dpkg --print-architecture)"
if [ "$OS_ARCH" = amd64 ]; then
  GO_SHA256=a0afb9744c00648bafb1b90b4aba5bdb86f424f02f9275399ce0c20b93a2c3a8
elif [ "$OS_ARCH" = arm64 ]; then
  GO_SHA256=1f7cbd7f668ea32a107ecd41b6488aaee1f5d77a66efd885b175494439d4e1ce
else
  echo "no Go for $OS_ARCH" >&2
  exit 1
fi

tarball="go${GO_VERSION}.linux-${OS_ARCH}.tar.gz"
if [ ! -x /usr/local/go/bin/go ] || ! /usr/local/go/bin/go version | grep -q "go${GO_VERSION} "; then
  cd /tmp
  wget --quiet "https://go.dev/dl/${tarball}"
  sha256sum --check <<EOF
${GO_SHA256}  ${tarball}
EOF
  rm -rf /usr/local/go
  tar -C /usr/local -xzf "${tarball}"
  rm -f "${tarball}"
fi

cat > /etc/profile.d/go.sh <<'EOF'
export PATH="/usr/local/go/bin:$HOME/go/bin:$PATH"
export GOTOOLCHAIN=local
EOF

su - "$DVM_USER" -c 'go install golang.org/x/tools/gopls@v0.16.2 && go install honnef.co/go/tools/cmd/staticcheck@v0.5.1'
