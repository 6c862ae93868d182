# expect: DVM207
export GIT_SSL_NO_VERIFY=1
git clone -b v1.2.3 https://example.org/x.git
