# expect: nothing
wget -q https://example.org/a.tar.gz
sha256sum -c "$DVM_FILES/a.tar.gz.sha256"
