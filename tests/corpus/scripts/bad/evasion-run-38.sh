# expect: DVM202
git clone https://x.example.org/a.git; bash a/install.sh
