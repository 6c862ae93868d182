# expect: DVM204
cargo install ripgrep
