# expect: nothing
set -euo pipefail
cd "$(mktemp -d)"
wget -q https://archive.apache.org/dist/maven/maven-3/3.9.9/binaries/apache-maven-3.9.9-bin.tar.gz
echo "a555254d6b53d267965a3404ecb14e53c3827c09c3b94b5678835887ab404556bfaf78dcfe03ba76fa2508649dca8531c74bca4d5846513522404d48e8c4ac8b  apache-maven-3.9.9-bin.tar.gz" | sha512sum -c -
tar xzf apache-maven-3.9.9-bin.tar.gz -C /opt
ln -sfn /opt/apache-maven-3.9.9/bin/mvn /usr/local/bin/mvn
