#!/usr/bin/env bash
# Part of the test corpus: the checksums are made up.
# The GitHub CLI from its rpm repository; its key is in this script, not fetched.
set -Eeuo pipefail

GH_VERSION=2.61.0

sudo install -d -m 0755 /etc/pki/rpm-gpg
sudo tee /etc/pki/rpm-gpg/RPM-GPG-KEY-gh >/dev/null <<'KEY'
-----BEGIN PGP PUBLIC KEY BLOCK-----

mQINBGMhbWYBEADfakefakefakefakefakefakefakefakefakefakefakefakefak
fakefakefakefakefakefakefakefakefakefakefakefakefakefakefakefakefa
=fake
-----END PGP PUBLIC KEY BLOCK-----
KEY
sudo rpm --import /etc/pki/rpm-gpg/RPM-GPG-KEY-gh

sudo tee /etc/yum.repos.d/gh-cli.repo >/dev/null <<'REPO'
[gh-cli]
name=packages for the GitHub CLI
baseurl=https://cli.github.com/packages/rpm
enabled=1
gpgcheck=1
repo_gpgcheck=1
gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-gh
REPO

sudo dnf install -y "gh-${GH_VERSION}"

# Signing in is done by hand inside the VM: gh auth login
sudo -iu "$DVM_USER" bash -c '
  gh config set git_protocol ssh
  gh config set prompt enabled
  [ -f ~/.ssh/id_ed25519 ] || ssh-keygen -q -t ed25519 -N "" -C "vm" -f ~/.ssh/id_ed25519
  cat ~/.ssh/id_ed25519.pub
'
