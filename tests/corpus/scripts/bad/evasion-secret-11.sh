# expect: DVM402
PGPASSWORD=kX9vTq2mWz psql
