# expect: DVM206
groups=wheel,docker
usermod --append --groups "$groups" developer
