# expect: none
set -euo pipefail
version=v2024.11.8
dvm-fetch "https://github.com/jdx/mise/releases/download/$version/mise-$version-linux-x64" \
  8e2a1c7d4f5b60912233445566778899aabbccddeeff00112233445566778899 /usr/local/bin/mise --mode 755
cat > ~/.config/mise/config.toml <<'EOT'
[tools]
node = "22.11.0"
python = "3.12.7"
EOT
eval "$(mise activate bash)"
mise install
echo 'eval "$(mise activate bash)"' >> ~/.bashrc
