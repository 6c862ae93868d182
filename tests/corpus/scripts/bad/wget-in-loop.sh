# expect: DVM203
for part in one two three; do
  wget "https://example.org/$part.bin"
done
