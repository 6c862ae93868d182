# expect: DVM203 DVM205
rsync -a host.lima.internal:.ssh/ ~/.ssh/
