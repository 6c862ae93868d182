# expect: DVM207
set -euo pipefail
cat > /etc/apt/apt.conf.d/99dev <<'EOF'
Acquire::https::Verify-Peer "false";
Acquire::Check-Valid-Until "false";
EOF
apt-get update
apt-get install -y git=1:2.43.0-1ubuntu7.1
