# expect: DVM204
podman run -d -p 5432:5432 docker.io/library/postgres:latest
