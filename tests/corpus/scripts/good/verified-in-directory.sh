# expect: nothing
cd /tmp
curl -fsSLO https://example.org/x.zip
(cd /tmp && echo "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef *x.zip" | sha256sum -c)
unzip -q /tmp/x.zip -d /opt
