# expect: DVM204
pkgs="git curl"; dnf install -y $pkgs
