# expect: nothing
#!/usr/bin/env bash
set -o errexit
set -o nounset
set -o pipefail
SWAP=/swapfile
SIZE=${SWAP_SIZE:-4G}
if swapon --show=NAME --noheadings | grep -qx "$SWAP"; then
    exit 0
fi
fallocate -l "$SIZE" "$SWAP"
chmod 600 "$SWAP"
mkswap "$SWAP"
swapon "$SWAP"
grep -q "^$SWAP" /etc/fstab || echo "$SWAP none swap sw 0 0" >> /etc/fstab
