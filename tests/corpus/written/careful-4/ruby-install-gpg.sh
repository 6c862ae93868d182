#!/usr/bin/env bash
# expect: none
set -euo pipefail
V=0.9.3
cd "$(mktemp -d)"
# postmodern's key
gpg --batch --keyserver hkps://keys.openpgp.org --recv-keys 293FC7A93EDB3B3E83590F9F394A75206517D027
wget -nv https://github.com/postmodern/ruby-install/releases/download/v$V/ruby-install-$V.tar.gz
wget -nv https://github.com/postmodern/ruby-install/releases/download/v$V/ruby-install-$V.tar.gz.asc
gpg --batch --verify ruby-install-$V.tar.gz.asc ruby-install-$V.tar.gz
tar -xzf ruby-install-$V.tar.gz
cd ruby-install-$V
sudo make install
ruby-install --no-reinstall ruby 3.3.3
