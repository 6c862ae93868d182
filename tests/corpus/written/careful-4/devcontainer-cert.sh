#!/usr/bin/env bash
# expect: none
set -euo pipefail
# our own CA; the certificate is public
sudo tee /usr/local/share/ca-certificates/corp.crt > /dev/null <<'PEM'
-----BEGIN CERTIFICATE-----
MIIBszCCAVmgAwIBAgIUQ2d0ZXN0Y2VydGlmaWNhdGUwCgYIKoZIzj0EAwIwDzEN
MAsGA1UEAwwEY29ycDAeFw0yNDAxMDEwMDAwMDBaFw0zNDAxMDEwMDAwMDBaMA8x
-----END CERTIFICATE-----
PEM
sudo update-ca-certificates
git config --global http.sslCAInfo /etc/ssl/certs/ca-certificates.crt
npm config set cafile /etc/ssl/certs/ca-certificates.crt
pip config set global.cert /etc/ssl/certs/ca-certificates.crt
echo 'export NODE_EXTRA_CA_CERTS=/usr/local/share/ca-certificates/corp.crt' | sudo tee /etc/profile.d/corp-ca.sh
