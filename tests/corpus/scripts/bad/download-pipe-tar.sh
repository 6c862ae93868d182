# expect: DVM203
curl -fsSL https://example.org/node.tar.xz | sudo tar -xJ -C /usr/local
