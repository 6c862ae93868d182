# expect: DVM204
#!/usr/bin/env bash
set -euo pipefail
go install golang.org/x/tools/gopls@latest
go install github.com/go-delve/delve/cmd/dlv@latest
