# expect: DVM203 DVM202
set -euo pipefail
sudo mkdir -p /opt/jenkins
sudo curl -sSfo /opt/jenkins/agent.jar http://jenkins.example.org:8080/jnlpJars/agent.jar
nohup java -jar /opt/jenkins/agent.jar -url http://jenkins.example.org:8080/ -name vm1 >/tmp/agent.log 2>&1 &
