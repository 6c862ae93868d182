# expect: DVM201 DVM203
wget -q https://example.org/a.tar.gz
sha256sum -c "$DVM_CODE_DIR/checksums/a.tar.gz.sha256"
