# expect: nothing
sort -k 2 /etc/passwd | curl -s -X POST --data-binary @- http://localhost:9000/
tar -ckf /tmp/x.tar /etc/hostname
