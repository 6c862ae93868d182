# expect: DVM206
adduser developer docker
