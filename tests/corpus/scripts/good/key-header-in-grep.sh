# expect: nothing
if grep -rq -- '-----BEGIN OPENSSH PRIVATE KEY-----' "$DVM_CODE_DIR"; then
  echo "There is a private key in the code." >&2
fi
