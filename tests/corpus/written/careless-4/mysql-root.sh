# expect: DVM402
set -euo pipefail
MYSQL_ROOT_PASSWORD=Wq8zLk2pVn41
sudo debconf-set-selections <<< "mysql-server mysql-server/root_password password $MYSQL_ROOT_PASSWORD"
sudo debconf-set-selections <<< "mysql-server mysql-server/root_password_again password $MYSQL_ROOT_PASSWORD"
sudo apt-get install -y mysql-server=8.0.37-0ubuntu0.24.04.1
