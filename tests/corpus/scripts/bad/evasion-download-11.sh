# expect: DVM203
sha256sum -c a.sha256; curl -so a https://e.org/a
