# expect: DVM202
arr=($(curl -s https://x.example.org/a)); "${arr[@]}"
