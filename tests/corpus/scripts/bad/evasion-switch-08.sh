# expect: DVM207
cat <<'X' >> /etc/dnf/dnf.conf
sslverify=false
X
