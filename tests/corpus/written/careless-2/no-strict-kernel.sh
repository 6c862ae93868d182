# expect: DVM201
#!/bin/bash
cd /usr/src/linux
make defconfig
make -j8
make modules_install
make install
reboot
