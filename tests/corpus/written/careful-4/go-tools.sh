# expect: none
set -euo pipefail
export PATH=$PATH:/usr/local/go/bin
export GOFLAGS=-mod=readonly
tools=(
  golang.org/x/tools/gopls@v0.16.1
  github.com/go-delve/delve/cmd/dlv@v1.22.1
  honnef.co/go/tools/cmd/staticcheck@v0.4.7
  github.com/golangci/golangci-lint/cmd/golangci-lint@v1.59.1
  mvdan.cc/gofumpt@v0.6.0
)
for t in "${tools[@]}"; do
  echo "==> $t"
  go install "$t"
done
