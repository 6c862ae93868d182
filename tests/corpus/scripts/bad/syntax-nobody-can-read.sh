# expect: DVM210
if true; then
  echo one
done )) fi ((
