# expect: none
set -euo pipefail
sudo apt-get install -y ufw=0.36.2-6 fail2ban=1.0.2-3ubuntu0.1
sudo ufw default deny incoming
sudo ufw default allow outgoing
sudo ufw allow in on lo
sudo ufw limit 22/tcp
sudo ufw --force enable
sudo sed -i -e 's/^#\?PasswordAuthentication .*/PasswordAuthentication no/' -e 's/^#\?PermitRootLogin .*/PermitRootLogin no/' /etc/ssh/sshd_config
sudo sshd -t
sudo systemctl reload ssh
