#!/usr/bin/env bash
# expect: none
set -euo pipefail
sudo apt-get install -y php8.3-cli=8.3.6-0ubuntu0.24.04.1 php8.3-mbstring=8.3.6-0ubuntu0.24.04.1 php8.3-xml=8.3.6-0ubuntu0.24.04.1 unzip
sum=42cc848a9f5ec37abc5b95cb87023b74aae30d68e55939894bf42d839e13b736
dvm-fetch https://getcomposer.org/download/2.7.7/composer.phar "$sum" /tmp/composer.phar
sudo install -m 755 /tmp/composer.phar /usr/local/bin/composer
composer global require --no-interaction laravel/installer:5.8.3
sudo tee /etc/php/8.3/cli/conf.d/99-dev.ini >/dev/null <<'INI'
memory_limit = 1G
display_errors = On
INI
