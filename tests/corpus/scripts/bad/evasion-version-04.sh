# expect: DVM204
python3 -m pip install 'requests>=2'
