# expect: DVM206
useradd -m -G wheel,docker dev
