# expect: DVM202
set -euo pipefail
export PATH=$PATH:/usr/local/go/bin
wget -O- -nv https://raw.githubusercontent.com/golangci/golangci-lint/master/install.sh | sh -s -- -b "$(go env GOPATH)/bin" v1.59.1
