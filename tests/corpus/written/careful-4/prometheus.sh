#!/usr/bin/env bash
# expect: none
set -euo pipefail

readonly PROM=2.53.0 NODE_EXP=1.8.1
readonly PROM_SHA=3feb00294c5cb577d5679b958fcea898e0e7383fd7565096826c8d1ba55f11f8
readonly NODE_SHA=db36deea403b65ff6c41180e0a6740bb0bc72adaa4b4f0966bccf97888472835

get() {
  local project=$1 version=$2 sha=$3
  local name="$project-$version.linux-amd64"
  local url="https://github.com/prometheus/$project/releases/download/v$version/$name.tar.gz"
  dvm-fetch "$url" "$sha" "/tmp/$name.tar.gz"
  tar -xzf "/tmp/$name.tar.gz" -C /tmp
  install -o root -g root -m 755 "/tmp/$name/$project" "/usr/local/bin/$project"
  rm -rf "/tmp/$name" "/tmp/$name.tar.gz"
}

id prometheus &>/dev/null || useradd --system --no-create-home --shell /bin/false prometheus
get prometheus "$PROM" "$PROM_SHA"
get node_exporter "$NODE_EXP" "$NODE_SHA"
install -d -o prometheus -g prometheus -m 750 /var/lib/prometheus
install -d -m 755 /etc/prometheus
cat > /etc/prometheus/prometheus.yml <<'YML'
global:
  scrape_interval: 15s
scrape_configs:
  - job_name: node
    static_configs:
      - targets: ["localhost:9100"]
YML

unit() {
  cat > "/etc/systemd/system/$1.service" <<EOF
[Unit]
Description=$1
After=network-online.target
[Service]
User=prometheus
ExecStart=$2
NoNewPrivileges=true
ProtectSystem=strict
ReadWritePaths=/var/lib/prometheus
[Install]
WantedBy=multi-user.target
EOF
}
unit prometheus "/usr/local/bin/prometheus --config.file=/etc/prometheus/prometheus.yml --storage.tsdb.path=/var/lib/prometheus --web.listen-address=127.0.0.1:9090"
unit node_exporter "/usr/local/bin/node_exporter --web.listen-address=127.0.0.1:9100"
systemctl daemon-reload
for s in prometheus node_exporter; do
  systemctl enable --now "$s"
done
