# expect: nothing
# dvm: allow=DVM202 because the vendor signs nothing; read on 2026-01-02, VM is thrown away daily
curl -fsSL https://example.org/i.sh | sh
