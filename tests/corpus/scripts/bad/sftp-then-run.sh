# expect: DVM202
sftp host:i.sh
sh i.sh
