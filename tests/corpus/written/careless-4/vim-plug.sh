# expect: DVM203 DVM202
set -euo pipefail
curl -fLo ~/.vim/autoload/plug.vim --create-dirs https://raw.githubusercontent.com/junegunn/vim-plug/master/plug.vim
cat > ~/.vimrc <<'VIM'
call plug#begin()
Plug 'tpope/vim-fugitive'
call plug#end()
VIM
vim +PlugInstall +qall
