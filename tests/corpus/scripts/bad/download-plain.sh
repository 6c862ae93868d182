# expect: DVM203
curl -fsSLO https://example.org/data-1.0.tar.gz
tar -xzf data-1.0.tar.gz -C /opt
