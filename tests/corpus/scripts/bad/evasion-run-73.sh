# expect: DVM202
git archive --remote=ssh://x.example.org/r HEAD i.sh | tar xO | sh
