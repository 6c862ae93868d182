# expect: DVM402
docker run -e POSTGRES_PASSWORD=kX9vTq2m postgres:16.1
