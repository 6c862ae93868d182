# expect: DVM207
curl --in''secure -o /dev/null https://e.org
