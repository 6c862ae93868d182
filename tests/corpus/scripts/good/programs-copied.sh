# expect: nothing
cp /bin/bash /tmp/root/bin/bash
/tmp/root/bin/bash -c 'echo hi'
ln -sf /usr/bin/fdfind ~/.local/bin/fd
~/.local/bin/fd x
echo "$SHELL"
chsh -s "$SHELL" me
"$SHELL" -lc 'echo hi'
BASH_ENV=~/.bashrc bash -c true
