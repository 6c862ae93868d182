# expect: none
set -euo pipefail
cd "$(mktemp -d)"
curl -fsSLO https://mirror.ctan.org/systems/texlive/tlnet/install-tl-unx.tar.gz
echo '84486c3f4da2bd92987fb91ddcd2f3ba10bb63f2d0a3bc4446321f2efbd7ae8c3651edaae9abbfbdb1b1f77ff1508b6f05e2e551a6cfec07b3ff22d1f96e6051  install-tl-unx.tar.gz' | shasum -a 512 -c -
zcat < install-tl-unx.tar.gz | tar xf -
cd install-tl-2*
sudo perl ./install-tl --no-interaction --scheme=small --no-doc-install --no-src-install
