# What a guest is known by: answers `identity KIND SHA256` for its machine-id and each SSH host key.
identity() {
  local file digest
  for file in /etc/machine-id /etc/ssh/ssh_host_*_key.pub; do
    [[ -s $file ]] || continue
    read -r digest _ < <(awk '{ print ($2 == "" ? $1 : $2); exit }' "$file" | sha256sum)
    answer identity "$(basename "$file")" "$digest"
  done
}
