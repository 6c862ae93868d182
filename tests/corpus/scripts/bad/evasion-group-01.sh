# expect: DVM206
g=docker; usermod -a -G "$g" dev
