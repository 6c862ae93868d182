# expect: DVM203
php -r 'copy("https://x.example.org/installer", "setup.php");'
