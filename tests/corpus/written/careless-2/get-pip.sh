# expect: DVM202
#!/bin/sh
wget -O /tmp/get-pip.py https://bootstrap.pypa.io/get-pip.py
python3 /tmp/get-pip.py
pip install jupyter pandas numpy
