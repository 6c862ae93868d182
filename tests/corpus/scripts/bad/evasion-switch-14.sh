# expect: DVM207
ssh -oStrictHostKeyChecking=no e.org true
