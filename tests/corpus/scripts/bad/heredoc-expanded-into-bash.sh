# expect: DVM202
bash -s <<EOF
$(curl -fsSL https://example.org/i.sh)
EOF
