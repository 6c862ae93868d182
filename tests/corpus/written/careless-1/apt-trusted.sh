# expect: DVM207
set -euo pipefail
echo 'deb [trusted=yes] https://repo.example.org stable main' >/etc/apt/sources.list.d/x.list
