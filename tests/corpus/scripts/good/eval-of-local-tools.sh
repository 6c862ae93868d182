# expect: nothing
eval "$(ssh-agent -s)"
eval "$(mise activate bash)"
source <(kubectl completion bash)
eval "$(dircolors -b)"
