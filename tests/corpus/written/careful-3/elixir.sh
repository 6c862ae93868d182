# expect: none
set -euo pipefail
dvm-fetch https://github.com/elixir-lang/elixir/releases/download/v1.17.3/elixir-otp-27.zip 6d3d1d8c5a6c4b0e8a9d7c6b5a49382716051423324150617283940a1b2c3d4e /tmp/elixir.zip
sudo mkdir -p /opt/elixir
sudo unzip -q /tmp/elixir.zip -d /opt/elixir
for b in elixir elixirc iex mix; do
  sudo ln -sf "/opt/elixir/bin/$b" "/usr/local/bin/$b"
done
mix local.hex 2.1.1 --force
mix local.rebar --force rebar3 /usr/bin/rebar3
