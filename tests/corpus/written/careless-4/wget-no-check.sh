# expect: DVM207 DVM203
set -euo pipefail
wget --no-check-certificate -q -O /opt/tool.jar https://repo.internal.example.org/tool-2.0.jar
java -jar /opt/tool.jar --install
