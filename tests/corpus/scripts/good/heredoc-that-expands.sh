set -Eeuo pipefail
cat <<-E >/etc/issue
	  Welcome to $(hostname), `uname -r`, ${USER:-nobody ("yet")} $1 \`curl\` \$(curl) $ 5$
	  { not (one } of ) "these" 'is' `echo "a)b"` $(echo '(' ")" ${x:-'}'})
E
