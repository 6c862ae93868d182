# expect: DVM204 warn
#!/usr/bin/env bash
set -euo pipefail
sudo dnf -y install 'dnf-command(config-manager)'
sudo tee /etc/yum.repos.d/gh-cli.repo >/dev/null <<'REPO'
[gh-cli]
name=GitHub CLI
baseurl=https://cli.github.com/packages/rpm
enabled=1
gpgcheck=1
gpgkey=https://cli.github.com/packages/githubcli-archive-keyring.asc
REPO
sudo dnf -y install gh-2.52.0
gh config set git_protocol ssh
