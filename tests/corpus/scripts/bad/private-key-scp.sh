# expect: DVM205 DVM203
scp me@192.168.5.2:.ssh/id_rsa ~/.ssh/id_rsa
