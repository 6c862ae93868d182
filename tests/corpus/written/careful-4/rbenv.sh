#!/usr/bin/env bash
# expect: none
set -euo pipefail
pin() { # pin URL COMMIT DIR
  [ -d "$3" ] || git clone --quiet "$1" "$3"
  git -C "$3" fetch --quiet
  git -C "$3" checkout --quiet "$2"
}
pin https://github.com/rbenv/rbenv.git 47913e23603acb5365be8cc328e29cc511689e16 "$HOME/.rbenv"
pin https://github.com/rbenv/ruby-build.git 7d92afb24dc157228ade62a4b3e7f8f1c02b8f65 "$HOME/.rbenv/plugins/ruby-build"
export PATH="$HOME/.rbenv/bin:$HOME/.rbenv/shims:$PATH"
rbenv install -s 3.2.4
rbenv global 3.2.4
gem install bundler -v 2.5.14 --no-document
gem install rails:7.1.3.4 --no-document
echo 'eval "$(rbenv init - bash)"' >> ~/.bashrc
