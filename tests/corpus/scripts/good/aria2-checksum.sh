# expect: nothing
aria2c --checksum=sha-256=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef https://example.org/a.iso
