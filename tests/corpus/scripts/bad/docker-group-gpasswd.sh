# expect: DVM206
for user in developer; do sudo gpasswd -a "$user" docker; done
