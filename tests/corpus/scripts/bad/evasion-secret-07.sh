# expect: DVM402
sshpass -p kX9vTq2m ssh e.org
