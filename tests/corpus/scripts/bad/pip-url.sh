# expect: DVM202
pip install https://example.org/tool-1.0.tar.gz
