# expect: DVM207
sed -i 's/gpgcheck=1/gpgcheck=0/' /etc/yum.repos.d/fedora.repo
