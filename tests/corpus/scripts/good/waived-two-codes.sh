# expect: nothing
# dvm: allow=DVM207, DVM203 because the mirror in the lab has no certificate
# (and nothing is built from it)
curl -ko mirror.txt https://mirror.lab.example.org/list
