# expect: none
set -euo pipefail
# Repository with the key in a companion file
sudo install -m 644 "$DVM_FILES/tailscale-archive-keyring.gpg" /usr/share/keyrings/
. /etc/os-release
echo "deb [signed-by=/usr/share/keyrings/tailscale-archive-keyring.gpg] https://pkgs.tailscale.com/stable/$ID $VERSION_CODENAME main" \
  | sudo tee /etc/apt/sources.list.d/tailscale.list
sudo apt-get update && sudo apt-get install -y tailscale=1.76.6
sudo systemctl enable --now tailscaled
if [ -n "${TS_AUTHKEY:-}" ]; then
  sudo tailscale up --auth-key="$TS_AUTHKEY" --ssh
fi
