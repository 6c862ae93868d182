# expect: DVM402
psql -c "ALTER USER app PASSWORD 'kX9vTq2m'"
