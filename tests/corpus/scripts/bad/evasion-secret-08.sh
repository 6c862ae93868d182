# expect: DVM402
gh auth login --with-token <<< "ghp_0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX"
