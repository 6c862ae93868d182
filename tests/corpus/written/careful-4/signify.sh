#!/bin/sh
# expect: none
set -eu
cat > /tmp/proj.pub <<'E'
untrusted comment: example project release key
RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3
E
cd /tmp
wget -q https://dl.example.org/proj-2.3.tar.gz https://dl.example.org/proj-2.3.tar.gz.sig
signify-openbsd -V -p /tmp/proj.pub -x proj-2.3.tar.gz.sig -m proj-2.3.tar.gz
tar -xzf proj-2.3.tar.gz
cd proj-2.3
./configure --prefix=/usr/local
make
make install
