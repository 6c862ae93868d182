# expect: DVM202
npm install -g https://example.org/tool.tgz
