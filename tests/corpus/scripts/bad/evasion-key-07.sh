# expect: DVM205
cp -r /Users/me/.gnupg ~/
