# expect: DVM207
podman pull --tls-verify=false reg.e.org/a:1.2
