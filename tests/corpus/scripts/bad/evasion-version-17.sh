# expect: DVM204
rustup toolchain install stable
