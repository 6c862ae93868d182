# expect: nothing
#!/usr/bin/env bash
set -euo pipefail
dvm-fetch https://github.com/gohugoio/hugo/releases/download/v0.128.2/hugo_extended_0.128.2_linux-amd64.deb \
  538b9953d22cf2fa22368c50fc29e79a5f794be192fea2c6e1c1a85f596608d1 /tmp/hugo.deb
dpkg -i /tmp/hugo.deb
hugo version
