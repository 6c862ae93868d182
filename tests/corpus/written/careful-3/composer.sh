# expect: none
set -euo pipefail
EXPECTED=dac665fdc30fdd8ec78b38b9800061b4150413ff2e3b6f88543c636f7cd84f6db9189d43a81e5503cda447da73c7e5b6
php -r "copy('https://getcomposer.org/installer', '/tmp/composer-setup.php');"
ACTUAL="$(php -r "echo hash_file('sha384', '/tmp/composer-setup.php');")"
if [ "$EXPECTED" != "$ACTUAL" ]; then
  >&2 echo 'ERROR: Invalid installer checksum'
  rm /tmp/composer-setup.php
  exit 1
fi
php /tmp/composer-setup.php --quiet --install-dir="$HOME/.local/bin" --filename=composer --version=2.8.3
rm /tmp/composer-setup.php
cd "$DVM_CODE_DIR/site"
composer install --no-interaction
