# expect: DVM202
su - developer -c "bash -c 'curl -fsSL https://example.org/i.sh | sh'"
