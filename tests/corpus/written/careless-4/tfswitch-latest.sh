# expect: DVM202 DVM203
set -euo pipefail
fetch_latest() {
  local repo=$1 pattern=$2
  curl -fsSL "https://api.github.com/repos/$repo/releases/latest" \
    | jq -r ".assets[].browser_download_url | select(test(\"$pattern\"))"
}
url=$(fetch_latest terraform-linters/tflint 'linux_amd64.zip$')
curl -fsSL -o /tmp/tflint.zip "$url"
unzip -o /tmp/tflint.zip -d /tmp
sudo install -m 755 /tmp/tflint /usr/local/bin/tflint
