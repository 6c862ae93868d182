# expect: DVM207
printf '[global]\ntrusted-host = e.org\n' > ~/.config/pip/pip.conf
