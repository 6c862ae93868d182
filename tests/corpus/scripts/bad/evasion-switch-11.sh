# expect: DVM207
find . -name x -exec curl -k -o /dev/null https://e.org/{} \;
