# expect: DVM204 DVM203
curl -fsSLo a https://github.com/o/r/releases/latest/download/a
