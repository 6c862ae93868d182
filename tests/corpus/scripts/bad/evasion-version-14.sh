# expect: DVM204
git clone https://e.org/x.git
