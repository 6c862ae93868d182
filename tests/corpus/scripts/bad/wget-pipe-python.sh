# expect: DVM202
wget -qO- https://example.org/setup.py | python3 -
