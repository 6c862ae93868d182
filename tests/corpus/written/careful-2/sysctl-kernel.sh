# expect: nothing
#!/usr/bin/env bash
set -euo pipefail
install -d /etc/sysctl.d
tee /etc/sysctl.d/90-dev.conf >/dev/null <<-'EOF'
	fs.inotify.max_user_watches = 524288
	vm.max_map_count = 262144
	kernel.perf_event_paranoid = 1
EOF
sysctl --system
modprobe br_netfilter || true
echo br_netfilter > /etc/modules-load.d/k8s.conf
