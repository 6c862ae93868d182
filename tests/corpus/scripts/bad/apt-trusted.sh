# expect: DVM207
echo "deb [trusted=yes] https://example.org/apt stable main" | sudo tee /etc/apt/sources.list.d/x.list
