# expect: DVM203
rsync -a host.example.org:/srv/a ./a
