# expect: DVM207
ssh -o StrictHostKeyChecking=no git@example.org true
