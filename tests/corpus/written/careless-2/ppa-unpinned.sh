# expect: DVM204 DVM201
#!/bin/bash
add-apt-repository -y ppa:deadsnakes/ppa
apt update
apt install -y python3.13 python3.13-venv
