# expect: DVM203
gh release download v1 -R o/r -p '*.tgz'
