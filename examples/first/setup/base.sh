#!/usr/bin/env bash
# What every VM of ours gets. Runs as Lima's login user, who may use sudo.
set -Eeuo pipefail

sudo apt-get update -q
sudo apt-get install -y -q 'git=1:2.47.*'

# What no package manager has at the version you want: one archive, kept only where it has this SHA-256.
version=14.1.1
case "$(uname -m)" in
  x86_64)
    target=x86_64-unknown-linux-musl
    sha256=4cf9f2741e6c465ffdb7c26f38056a59e2a2544b51f7cc128ef28337eeae4d8e
    ;;
  aarch64)
    target=aarch64-unknown-linux-gnu
    sha256=c827481c4ff4ea10c9dc7a4022c8de5db34a5737cb74484d62eb94a95841ab2f
    ;;
  *)
    echo "no ripgrep for $(uname -m)" >&2
    exit 1
    ;;
esac
archive=/var/tmp/ripgrep.tar.gz
dvm-fetch "https://github.com/BurntSushi/ripgrep/releases/download/$version/ripgrep-$version-$target.tar.gz" "$sha256" "$archive"
sudo tar -xzf "$archive" -C /usr/local/bin --strip-components 1 --wildcards '*/rg'
rm -f "$archive"

sudo tee /etc/motd >/dev/null <<MOTD
This is $DVM_NAME, a VM kept by DVM. Your code is in $DVM_CODE_DIR.
MOTD
