# expect: nothing
read -rsp "Password: " password
echo "$password" | sudo -S true
