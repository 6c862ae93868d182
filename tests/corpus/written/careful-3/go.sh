# expect: none
set -euo pipefail
GO_VERSION=1.23.3
GO_SHA256=a0afb9744c00648bafb1b90b4aba5bdb86f424f02f9275399ce0c20b93a2c3a8
if [[ "$(/usr/local/go/bin/go version 2>/dev/null || true)" != *"go$GO_VERSION "* ]]; then
  curl -fsSL "https://go.dev/dl/go$GO_VERSION.linux-amd64.tar.gz" -o /tmp/go.tgz
  echo "$GO_SHA256  /tmp/go.tgz" | sha256sum -c -
  sudo rm -rf /usr/local/go
  sudo tar -C /usr/local -xzf /tmp/go.tgz
fi
export PATH=$PATH:/usr/local/go/bin
go install golang.org/x/tools/gopls@v0.16.2
go install honnef.co/go/tools/cmd/staticcheck@2024.1.1
grep -q /usr/local/go/bin ~/.profile || echo 'export PATH=$PATH:/usr/local/go/bin:$HOME/go/bin' >> ~/.profile
