# expect: DVM207
apt-get -o Acquire::https::Verify-Peer=false update
