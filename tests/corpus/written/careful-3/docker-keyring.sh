# expect: none
set -euo pipefail
sudo apt-get update
sudo apt-get install -y --no-install-recommends ca-certificates=20230311 gnupg=2.2.40-1.1
sudo install -m 0755 -d /etc/apt/keyrings
key=$(mktemp)
curl -fsSL https://download.docker.com/linux/debian/gpg -o "$key"
want=9DC858229FC7DD38854AE2D88D81803C0EBFCD88
got=$(gpg --show-keys --with-colons "$key" | awk -F: '/^fpr:/ { print $10; exit }')
if [[ $got != "$want" ]]; then
  echo "Docker's key is $got, not $want" >&2
  exit 1
fi
sudo install -m 0644 "$key" /etc/apt/keyrings/docker.asc
rm -f "$key"
codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
echo "deb [arch=$(dpkg --print-architecture) signed-by=/etc/apt/keyrings/docker.asc] https://download.docker.com/linux/debian $codename stable" |
  sudo tee /etc/apt/sources.list.d/docker.list > /dev/null
sudo apt-get update
sudo apt-get install -y docker-ce-cli=5:27.3.1-1~debian.12~bookworm
