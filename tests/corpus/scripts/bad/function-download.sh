# expect: DVM202
fetch_to_stdout() {
  curl --proto '=https' -fsSL "$1"
}
run_it() { bash; }
fetch_to_stdout https://example.org/i.sh | run_it
