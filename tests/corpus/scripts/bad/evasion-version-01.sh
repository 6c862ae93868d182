# expect: DVM204
dnf install -y nodejs
