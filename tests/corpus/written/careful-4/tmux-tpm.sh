# expect: none
set -euo pipefail
sudo apt-get install -y tmux=3.4-1build1
tpm=~/.tmux/plugins/tpm
rm -rf $tpm
git clone https://github.com/tmux-plugins/tpm $tpm
cd $tpm && git checkout -q dfb1a4db3787a1799167fb68010ef732c71041f9
cat > ~/.tmux.conf <<'TM'
set -g mouse on
set -g default-terminal "tmux-256color"
bind r source-file ~/.tmux.conf
TM
tmux -V
