# expect: DVM207
echo insecure >> ~/.curlrc
