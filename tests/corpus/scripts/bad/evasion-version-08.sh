# expect: DVM204
go install golang.org/x/tools/gopls@latest
