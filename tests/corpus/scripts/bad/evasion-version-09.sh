# expect: DVM204
docker pull postgres
