# expect: DVM207
set -euo pipefail
sudo zypper --non-interactive addrepo --no-gpgcheck https://download.example.org/vendor/15.6 vendor
sudo zypper --non-interactive refresh
sudo zypper --non-interactive install vendor-agent=4.2.0
