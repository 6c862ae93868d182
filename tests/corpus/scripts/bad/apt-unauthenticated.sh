# expect: DVM207
sudo apt-get install -y --allow-unauthenticated tool=1.0
