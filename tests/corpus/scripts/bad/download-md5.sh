# expect: DVM203
wget https://example.org/a.tar.gz
echo "0123456789abcdef0123456789abcdef  a.tar.gz" | md5sum -c -
