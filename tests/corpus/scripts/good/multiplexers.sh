# expect: nothing
parallel ::: "echo a" "echo b"
parallel gzip ::: a b
ls | parallel gzip {}
tmux new-session -d -s main
tmux kill-server
screen -ls
