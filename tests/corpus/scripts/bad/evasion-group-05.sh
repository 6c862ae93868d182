# expect: DVM206
sed -i 's/^docker:x:\(.*\):/&dev/' /etc/group
