# expect: DVM203
curl -s https://e.org/k | sudo apt-key add -
