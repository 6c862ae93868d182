# expect: DVM205
ssh-add - <<< "$DEPLOY_KEY"
