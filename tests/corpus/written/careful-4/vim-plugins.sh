#!/usr/bin/env bash
# expect: none
set -euo pipefail
pack=$HOME/.vim/pack/vendor/start
mkdir -p "$pack"

plugin() {
  local name=${1##*/} rev=$2
  local dir=$pack/$name
  if [[ ! -d $dir/.git ]]; then
    git clone --quiet "https://github.com/$1.git" "$dir"
  fi
  git -C "$dir" checkout --quiet "$rev"
}

plugin tpope/vim-fugitive 00f4619cda81c764c0d292c4c06489599b05303b
plugin tpope/vim-surround 3d54fd66df56b29b98f5b3fb74890e24318f663d
plugin junegunn/fzf.vim 29516bce3a4bec230d8929ee9cb163838946eed5
plugin dense-analysis/ale 5b4a9e08555d97c5e8bc2fb4f3a89ddde501f7c8
vim -u NONE -es -c "helptags ALL" -c q || true
cat > ~/.vimrc <<'VIM'
set number expandtab shiftwidth=2
nnoremap <leader>f :Files<CR>
autocmd BufWritePre * %s/\s\+$//e
VIM
