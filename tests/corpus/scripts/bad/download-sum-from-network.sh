# expect: DVM203
curl -fsSLO https://example.org/a.tar.gz
curl -fsSLO https://example.org/SHA256SUMS
sha256sum -c --ignore-missing SHA256SUMS
