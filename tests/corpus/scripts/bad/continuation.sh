# expect: DVM202
curl \
  -fsSL \
  https://example.org/i.sh \
  | \
  sh
