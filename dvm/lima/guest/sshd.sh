# dvm-sshd DVM_USER PUBLIC_KEY
#
# Runs in the guest, as root. Serves one ssh connection on standard input and output, for DVM_USER and nobody else,
# with the one key that is given: no file of the guest is changed for it. What an editor needs (commands, sftp, ports
# of the guest seen from the host) is allowed; agent, X11, tunnels and ports the other way are not.
set -Eeuo pipefail
user=$1 key=$2
id -u "$user" >/dev/null
sshd=$(PATH=$PATH:/usr/sbin:/usr/local/sbin:/sbin command -v sshd)
echo=$(PATH=/usr/bin:/bin type -P echo)
mkdir -p -m 0755 /run/sshd
exec "$sshd" -i -o LogLevel=ERROR -o "AllowUsers=$user" -o PermitRootLogin=no \
  -o AuthenticationMethods=publickey -o PubkeyAuthentication=yes \
  -o PasswordAuthentication=no -o KbdInteractiveAuthentication=no \
  -o AuthorizedKeysFile=none -o "AuthorizedKeysCommand=$echo $key" -o AuthorizedKeysCommandUser=nobody \
  -o AllowAgentForwarding=no -o X11Forwarding=no -o PermitTunnel=no -o GatewayPorts=no -o PermitUserEnvironment=no \
  -o AllowTcpForwarding=local -o AllowStreamLocalForwarding=local -o PrintMotd=no -o UsePAM=yes
