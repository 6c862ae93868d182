# expect: DVM204
pip install requests
