# expect: DVM203
wget https://e.org/a.tgz -O a.tgz; sha256sum a.tgz
