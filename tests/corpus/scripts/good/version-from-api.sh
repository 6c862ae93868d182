# expect: nothing
latest=$(curl -fsSL https://api.example.org/releases | jq -r '.[0].tag_name')
echo "There is $latest; we stay at 1.2.3."
