#!/usr/bin/env bash
# expect: none
set -euo pipefail
ELIXIR=1.17.1
SUM=60c6abbfd0f146f9cd5173e79ef56e69787f6b7cb00a83f4e049ffa7b625b12f
sudo apt-get update
sudo apt-get install -y --no-install-recommends erlang=1:25.3.2.8+dfsg-1 inotify-tools unzip
dvm-fetch "https://github.com/elixir-lang/elixir/releases/download/v$ELIXIR/elixir-otp-25.zip" $SUM /tmp/elixir.zip
sudo mkdir -p /opt/elixir
sudo unzip -qo /tmp/elixir.zip -d /opt/elixir
for b in elixir elixirc iex mix; do sudo ln -sf "/opt/elixir/bin/$b" "/usr/local/bin/$b"; done
mix local.hex 2.1.1 --force
mix archive.install hex phx_new 1.7.14 --force
