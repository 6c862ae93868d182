# expect: DVM402
echo 'kX9vTq2mWz4' | sudo passwd --stdin dev
