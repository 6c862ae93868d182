# expect: nothing
exec 3>&1
echo a 1>&2
cat 0</etc/hosts
echo 3 >f
echo 3>&2
