# expect: DVM202
set -euo pipefail
sudo apt-get install -y php-cli=2:8.3+93ubuntu2 unzip
php -r "copy('https://getcomposer.org/installer', '/tmp/composer-setup.php');"
sudo php /tmp/composer-setup.php --install-dir=/usr/local/bin --filename=composer
