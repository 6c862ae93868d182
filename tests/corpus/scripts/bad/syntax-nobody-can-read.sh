# expect: DVM202
if true; then
  echo one
done )) fi ((
