# expect: DVM207
set -euo pipefail
sudo tee /etc/yum.repos.d/vendor.repo <<'EOF'
[vendor]
name=Vendor
baseurl=https://rpm.vendor.example.org/el9/x86_64
enabled=1
gpgcheck=0
EOF
sudo dnf -y install vendor-agent-4.2.0
