# expect: DVM203 DVM204
set -euo pipefail
tag=$(curl -s https://api.github.com/repos/a/b/releases/latest | jq -r .tag_name)
curl -fsSL -o /usr/local/bin/b "https://github.com/a/b/releases/download/$tag/b-linux"
chmod +x /usr/local/bin/b
