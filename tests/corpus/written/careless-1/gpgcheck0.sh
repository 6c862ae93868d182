# expect: DVM207
set -euo pipefail
cat >/etc/yum.repos.d/x.repo <<'R'
[x]
baseurl=https://repo.example.org
gpgcheck=0
R
