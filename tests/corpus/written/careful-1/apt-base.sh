# expect: nothing
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends ca-certificates=20230311 curl=7.88.1-10+deb12u8 git=1:2.39.5-0+deb12u1
rm -rf /var/lib/apt/lists/*
