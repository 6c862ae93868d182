# expect: nothing
wget -q https://example.org/data.csv # dvm: allow=DVM203 because it is data of no consequence
