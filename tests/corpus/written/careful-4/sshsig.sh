#!/usr/bin/env bash
# expect: none
set -euo pipefail
d=$(mktemp -d)
cat > "$d/allowed" <<'E'
releases@example.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ7SwV0kpNbQOhzY3zWn6ZQf2GmM1oKoRTfTnEbtqQxR
E
curl -fsSL -o "$d/agent" https://dl.example.org/agent/3.1.0/agent-linux-amd64
curl -fsSL -o "$d/agent.sig" https://dl.example.org/agent/3.1.0/agent-linux-amd64.sig
ssh-keygen -Y verify -f "$d/allowed" -I releases@example.org -n file -s "$d/agent.sig" < "$d/agent"
sudo install -m 0755 "$d/agent" /usr/local/bin/agent
agent --version
