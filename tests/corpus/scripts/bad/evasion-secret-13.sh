# expect: DVM402
wget --header="PRIVATE-TOKEN: kX9vTq2mWz4rr" https://e.org -O /dev/null
