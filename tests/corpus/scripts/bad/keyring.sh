# expect: DVM203
curl -fsSL https://example.org/gpg | sudo gpg --dearmor -o /etc/apt/keyrings/example.gpg
