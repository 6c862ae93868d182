# expect: DVM203 DVM201
#!/bin/bash
cd /tmp
wget -q https://github.com/ryanoasis/nerd-fonts/releases/latest/download/FiraCode.zip
unzip -o FiraCode.zip -d ~/.local/share/fonts
fc-cache -fv
