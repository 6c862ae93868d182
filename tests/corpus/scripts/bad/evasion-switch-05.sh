# expect: DVM207
git config --global http.https://e.org.sslVerify false
