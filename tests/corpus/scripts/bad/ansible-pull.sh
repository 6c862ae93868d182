# expect: DVM202
ansible-pull -U https://example.org/r.git site.yml
