# expect: nothing
grep -rn 'curl .* | sh' /opt/docs | head -n 5
rg -q "curl -k" . && echo "found an insecure curl"
