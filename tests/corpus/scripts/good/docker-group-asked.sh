# expect: nothing
getent group docker || true
id -nG | grep -w docker && echo "in the docker group"
sudo usermod -aG wheel developer
