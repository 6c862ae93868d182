# expect: nothing
#!/bin/bash
set -eu -o pipefail
readonly VERSION=20.15.1
case "$(uname -m)" in
  x86_64)  arch=x64;   sum=a7d6f7f2f14a165d5967b278225f03a2b3f578138dac0263d48d82ddc05fd90c ;;
  aarch64) arch=arm64; sum=c0438d21d812b8249fc5f8fdd041d7463c16a8003afa118f3392dcab6b62a2c5 ;;
  *) echo "unsupported arch" >&2; exit 1 ;;
esac
cd "$(mktemp -d)"
wget -q "https://nodejs.org/dist/v${VERSION}/node-v${VERSION}-linux-${arch}.tar.xz" -O node.tar.xz
sha256sum --check --strict <<<"${sum}  node.tar.xz"
tar -xJf node.tar.xz -C /opt
ln -sfn "/opt/node-v${VERSION}-linux-${arch}" /opt/node
for b in node npm npx; do ln -sf "/opt/node/bin/$b" "/usr/local/bin/$b"; done
