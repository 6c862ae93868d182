# expect: DVM206
groupmems -g docker -a dev
