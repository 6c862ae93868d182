# expect: DVM402
echo 'developer:kX9vTq2mWz' | sudo chpasswd
