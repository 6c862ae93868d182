# expect: DVM207
git -c http.sslVerify=false clone -b v1.2.3 https://example.org/x.git
