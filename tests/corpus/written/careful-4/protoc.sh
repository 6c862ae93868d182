#!/usr/bin/env bash
# expect: none
set -euo pipefail
PB=27.2
SHA=e07670500ef9a2f0ba8278544f44de98d1251660c64e7aac63f99d4512f8f898
ZIP=/tmp/protoc.zip
curl -fsSL "https://github.com/protocolbuffers/protobuf/releases/download/v$PB/protoc-$PB-linux-x86_64.zip" --output $ZIP
if ! echo "$SHA $ZIP" | sha256sum -c - >/dev/null; then
  echo "protoc: checksum mismatch" >&2
  rm -f $ZIP
  exit 1
fi
sudo unzip -qo $ZIP -d /usr/local bin/protoc 'include/*'
sudo chmod 755 /usr/local/bin/protoc
go install google.golang.org/protobuf/cmd/protoc-gen-go@v1.34.2
go install google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.4.0
dvm-fetch https://github.com/bufbuild/buf/releases/download/v1.34.0/buf-Linux-x86_64 3ef31aff63c2d2911e0665b13906d0b2027575b794454530430c6c6903984a20 ~/go/bin/buf --mode 755
