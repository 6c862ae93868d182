# expect: nothing
shopt -s nullglob
declare -A sums=([amd64]=1 [arm64]=2)
for ((i = 0; i < 3; i++)); do echo "$i"; done
[[ $(uname -m) =~ ^(x86_64|aarch64)$ ]] && echo known
echo "${sums[amd64]}" "${!sums[@]}" "${#sums[@]}" "${PATH//:/ }" $((1 + 2))
while read -r a b; do echo "$a-$b"; done < /etc/hostname
select x in one two; do break; done < /dev/null
until true; do :; done
{ echo a; echo b; } | sort -r
! false
exec 3> /tmp/log
echo x >&3
exec 3>&-
