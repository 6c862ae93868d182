# dvm-verify DVM_USER TOKEN FILE PORT4 PORT6 WAIT LIMITED
#
# Runs in the guest, as root. Tries the walls around it, as root, as DVM_USER and as its first subordinate id, and
# answers what was seen: `seen PROBE WHO VALUE` lines, and `end PROBE WHO` for each probe that was carried out. It judges
# nothing; the host does. FILE is a file of the host's that must not be here. Connections to the host's loopback go to
# PORT4 (IPv4) and PORT6 (IPv6; 0: there is none) and send TOKEN and who sends it. WAIT: seconds that a test listener is
# open before the answer ends, so that Lima has the time to forward it. LIMITED: 1 where the VM's egress is limited; then
# a connection to a public address is tried, which sends nothing, and a name server is asked.
user=$1 token=$2 file=$3 port4=$4 port6=$5 wait_seconds=$6 limited=$7
export LC_ALL=C
cd /
demand_tools
demand_become "$user"
deputy=()
as() {
  local who=$1
  shift
  case $who in
    user) as_user "$@" ;;
    subordinate) "${deputy[@]}" "$@" 3>&- ;;
    *) "$@" 3>&- ;;
  esac
}

# probe NAME WHO COMMAND...: each line that COMMAND prints is a value. One that fails has no end.
probe() {
  local name=$1 who=$2 said line
  shift 2
  said=$("$@" 2>/dev/null </dev/null) || return 0
  while IFS= read -r line; do
    [[ -z $line ]] || answer seen "$name" "$who" "$line"
  done <<<"$said"
  answer end "$name" "$who"
}

# What is listened on, by inode: `port NUMBER` or `socket PATH`.
declare -A listens=()
read_sockets() {
  local table local_address state inode flags path
  for table in tcp tcp6; do
    [[ -r /proc/net/$table ]] || continue
    while read -r _ local_address _ state _ _ _ _ _ inode _; do
      [[ $state != 0A ]] || listens[$inode]="port $((16#${local_address##*:}))"
    done <"/proc/net/$table"
  done
  while read -r _ _ _ flags _ _ inode path; do
    [[ $flags != 00010000 ]] || listens[$inode]="socket $path"
  done </proc/net/unix
}

mounts() {
  local kind place
  while read -r _ place kind _; do
    printf '%s %s\n' "$kind" "$place"
  done </proc/mounts | sort -u
}

# Sockets that sessions of sshd listen on: a forwarded agent, a display, a port of the host's.
forwarded() {
  local place words said inode
  for place in /proc/[0-9]*; do
    words=()
    { mapfile -d '' -t words <"$place/cmdline"; } 2>/dev/null || continue
    [[ ${words[0]-} =~ ^sshd(-session)?: && ${words[0]} != *"[listener]"* ]] || continue
    said=$(ls -l "$place/fd" 2>/dev/null) || continue
    while [[ $said =~ socket:\[([0-9]+)\](.*) ]]; do
      inode=${BASH_REMATCH[1]} said=${BASH_REMATCH[2]}
      [[ -z ${listens[$inode]-} ]] || printf '%s\n' "${listens[$inode]}"
    done
  done
}

# Variables of this very session: sudo keeps its own environment as sshd gave it.
variables() {
  local pair
  [[ -r /proc/$PPID/environ ]] || return 1
  while IFS= read -r -d '' pair; do
    case ${pair%%=*} in
      SSH_AUTH_SOCK | SSH_AGENT_PID | DISPLAY | WAYLAND_DISPLAY | XAUTHORITY) printf '%s\n' "${pair%%=*}" ;;
    esac
  done <"/proc/$PPID/environ"
}

is_here() {
  local status=0
  as "$1" test -e "$2" || status=$?
  ((status != 0)) || echo there
  ((status < 2))
}

# reach WHO ADDRESS PORT TEXT: try a TCP connection, and say how it went in a word.
# shellcheck disable=SC2016 # it is expanded there
try='exec 3<>"/dev/tcp/$1/$2" && printf "%s\n" "$3" >&3'
reach() {
  local said status=0
  said=$(as "$1" timeout 5 "$BASH" --noprofile --norc -c "$try" bash "$2" "$3" "$4" 2>&1) || status=$?
  case $status:$said in
    0:*) echo open ;;
    *refused*) echo refused ;;
    *nreachable* | *"No route"* | *"cannot assign"* | *"not supported"*) echo unreachable ;;
    *ermission* | *"not permitted"*) echo "not permitted" ;;
    124:* | 143:* | *"timed out"*) echo "no answer" ;;
    *) return 1 ;;
  esac
}
# A connection within the guest shows that a connection can be tried at all.
loopback() {
  local who=$1 said
  said=$(reach "$who" 127.0.0.1 22 "") && [[ $said == open || $said == refused ]] || return 1
  said=$(reach "$who" 192.168.5.2 "$port4" "$token-$who") || return 1
  echo "192.168.5.2 $said"
  ((port6)) || return 0
  said=$(reach "$who" fec0::2 "$port6" "$token-$who") || return 1
  echo "fec0::2 $said"
}

outside() {
  local address said
  for address in 1.1.1.1 2606:4700:4700::1111; do
    said=$(reach "$1" "$address" 443 "") || return 1
    echo "$address $said"
  done
}
# One question to Lima's name server, and what comes back.
# shellcheck disable=SC2016
ask='exec 3<>/dev/udp/192.168.5.3/53 && printf "\022\064\001\000\000\001\000\000\000\000\000\000\007example\003com\000\000\001\000\001" >&3 &&
  timeout 4 head -c 12 <&3 | wc -c'
names() {
  local said
  said=$(as "$1" "$BASH" --noprofile --norc -c "$ask" bash 2>/dev/null) || said=0
  ((said == 0)) || echo "192.168.5.3 answered"
}

ports() {
  local inode
  for inode in "${!listens[@]}"; do
    [[ ${listens[$inode]} != port* ]] || printf '%s\n' "${listens[$inode]#port }"
  done | sort -un
}

sudo_rights() {
  ! as_user sudo -n true >&2 || echo sudo
  ! as_user sudo -n -l >&2 || echo "sudo -l"
  ! type -P doas >&2 || ! as_user doas -n true >&2 || echo doas
}

engines() {
  local socket
  for socket in /run/docker.sock /var/run/docker.sock /run/podman/podman.sock /run/containerd/containerd.sock \
    /run/k3s/containerd/containerd.sock /run/crio/crio.sock /run/buildkit/buildkitd.sock /run/libvirt/libvirt-sock \
    /var/lib/lxd/unix.socket /var/snap/lxd/common/lxd/unix.socket /var/lib/incus/unix.socket /run/lima-guestagent.sock; do
    [[ ! -S $socket ]] || ! as_user test -w "$socket" || printf '%s\n' "$socket"
  done
}

# An id without a name, as processes in containers have it: by the first tool that can run a program as one.
first=$(awk -F: -v user="$user" '$1 == user && $3 > 0 { print $2; exit }' /etc/subuid 2>/dev/null) || first=
if [[ -n $first ]]; then
  for tool in setpriv chroot python3; do
    case $tool in
      setpriv) deputy=(setpriv "--reuid=$first" "--regid=$first" --clear-groups) ;;
      chroot) deputy=(chroot "--userspec=$first:$first" --groups= /) ;;
      python3) deputy=(python3 -I -S -c 'import os, sys; i = int(sys.argv[1]); os.setgroups([]); os.setgid(i); os.setuid(i); os.execvp(sys.argv[2], sys.argv[2:])' "$first") ;;
    esac
    [[ $("${deputy[@]}" id -u 2>/dev/null </dev/null) != "$first" ]] || break
    deputy=()
  done
fi

read_sockets
probe mounts root mounts
for who in root user; do
  probe file "$who" is_here "$who" "$file"
done
probe forwarded root forwarded
probe variables root variables
for who in root user; do
  probe loopback "$who" loopback "$who"
done
if [[ -z $first ]]; then
  answer seen loopback subordinate none
  answer end loopback subordinate
elif ((${#deputy[@]})); then
  probe loopback subordinate loopback subordinate
fi
if ((limited)); then
  for who in root user subordinate; do
    [[ $who != subordinate || -n ${deputy[*]-} ]] || continue
    probe outside "$who" outside "$who"
    probe names "$who" names "$who"
  done
fi
probe sudo user sudo_rights
probe groups user as_user id -nG
probe engines user engines
probe ports root ports
# An own listener, on a port that nobody declared. It ends by itself.
listener=
if type -P python3 >/dev/null; then
  listener=$((20000 + RANDOM % 12000))
  # shellcheck disable=SC2016
  setsid timeout $((wait_seconds + 30)) python3 -I -S -c '
import socket, sys, time
listener = socket.socket()
listener.bind(("0.0.0.0", int(sys.argv[1])))
listener.listen()
time.sleep(600)
' "$listener" </dev/null >/dev/null 2>&1 3>&- &
fi
began=$SECONDS
own_listener() {
  read_sockets
  [[ -n $listener && " ${listens[*]} " == *" port $listener "* ]] || return 1
  echo "$listener"
}

while [[ -n $listener ]] && ((SECONDS - began < wait_seconds)); do
  sleep 1
done
probe listener root own_listener
finish 0
