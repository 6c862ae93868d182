# expect: nothing
#!/usr/bin/env bash
set -euo pipefail
TPM_DIR="$HOME/.tmux/plugins/tpm"
TPM_REV=4ebaaccb374ca4820a7b4df675144def32bac02d
if [ ! -d "$TPM_DIR" ]; then
    git clone https://github.com/tmux-plugins/tpm "$TPM_DIR"
fi
git -C "$TPM_DIR" checkout -q "$TPM_REV"
cat > "$HOME/.tmux.conf" <<'CONF'
set -g mouse on
set -g @plugin 'tmux-plugins/tpm'
run '~/.tmux/plugins/tpm/tpm'
CONF
