# expect: nothing
set -euo pipefail
iptables -C OUTPUT -d 169.254.169.254 -j REJECT 2>/dev/null || iptables -A OUTPUT -d 169.254.169.254 -j REJECT
