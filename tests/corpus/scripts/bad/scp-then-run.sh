# expect: DVM202
scp host:dir/i.sh .
sh i.sh
