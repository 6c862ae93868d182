# expect: DVM205
eval "$(ssh-agent -s)"
ssh-add ~/.ssh/work
