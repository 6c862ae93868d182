# expect: DVM402
mysql -uroot -pkX9vTq2m
