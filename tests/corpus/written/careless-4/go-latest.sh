# expect: DVM204
set -euo pipefail
export PATH=$PATH:/usr/local/go/bin
go install golang.org/x/tools/gopls@latest
go install github.com/go-delve/delve/cmd/dlv@latest
