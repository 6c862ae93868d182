# expect: DVM207
dnf config-manager --save --setopt=tool.gpgcheck=0
