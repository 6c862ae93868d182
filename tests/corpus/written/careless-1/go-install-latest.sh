# expect: DVM204
set -euo pipefail
go install golang.org/x/tools/gopls@latest
