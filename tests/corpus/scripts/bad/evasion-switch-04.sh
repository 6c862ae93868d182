# expect: DVM207
sudo env GIT_SSL_NO_VERIFY=true git fetch
