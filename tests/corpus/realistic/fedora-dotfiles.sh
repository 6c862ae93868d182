#!/usr/bin/env bash
# Part of the test corpus: the checksums are made up.
# Dotfiles by chezmoi, at a commit that was read.
set -Eeuo pipefail

: "${DVM_USER:?}" "${DVM_CODE_DIR:?}"
CHEZMOI=2.54.0
DOTFILES_REPO="https://github.com/example/dotfiles.git"
DOTFILES_COMMIT="5d41402abc4b2a76b9719d911017c592aabbccdd"

sudo dnf install -y zsh-5.9 fzf-0.54.3 tmux-3.4

file="chezmoi-${CHEZMOI}-$(uname -m).rpm"
curl -fsSLo "/var/tmp/$file" "https://github.com/twpayne/chezmoi/releases/download/v${CHEZMOI}/$file"
expected="1c2d3e4f5061728394a5b6c7d8e9f00112233445566778899aabbccddeeff001"
actual="$(sha256sum "/var/tmp/$file")"
actual="${actual%% *}"
if [[ "$actual" != "$expected" ]]; then
  echo "$file: checksum $actual, expected $expected" >&2
  exit 1
fi
sudo dnf install -y "/var/tmp/$file"
rm -f "/var/tmp/$file"

sudo -iu "$DVM_USER" DOTFILES_REPO="$DOTFILES_REPO" DOTFILES_COMMIT="$DOTFILES_COMMIT" bash -Eeuo pipefail <<'EOF'
source_dir="$(chezmoi source-path)"
if [[ ! -d "$source_dir/.git" ]]; then
  git clone "$DOTFILES_REPO" "$source_dir"
fi
git -C "$source_dir" fetch --quiet origin
git -C "$source_dir" checkout --quiet --detach "$DOTFILES_COMMIT"
chezmoi apply --no-tty --force
EOF
sudo usermod --shell /usr/bin/zsh "$DVM_USER"

if [[ "${DVM_PORTS:-}" == *3000* ]]; then
  cat <<'HINT'
The development server is forwarded; start it with: npm run dev
Do not install things by curl ... | sh here; add them to setup/ instead.
HINT
fi
