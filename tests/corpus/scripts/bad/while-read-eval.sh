# expect: DVM202
while IFS= read -r line; do
  eval "$line"
done < <(curl -s https://example.org/lines)
