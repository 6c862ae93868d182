# expect: DVM207
echo 'export NODE_TLS_REJECT_UNAUTHORIZED=0' >> ~/.bashrc
