# expect: DVM207
python3 -m pip install --trusted-host example.org tool==1.0
