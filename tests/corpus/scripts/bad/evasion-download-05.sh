# expect: DVM203
f=a; curl -s https://e.org/a | dd of=$f
