# The guest's own part of what it may reach, for dvm-bootstrap: a firewall of root's, the variables that sessions and setup
# scripts get, and the proxy for all that has settings of its own.

# read_records: what the host asks for, from standard input, in records with a NUL after each, an empty one last. The
# first is the firewall: `off`; `loopback`: DVM_USER and containers do not get to the host's loopback; `egress`: nobody gets
# anywhere. Then come `hole ADDRESS PORT`, which goes through all the same, `set NAME=VALUE`, and `proxy URL`.
firewall=off holes=() variables=() proxy=
read_records() {
  local record
  IFS= read -r -d '' firewall || fail "what the host asks for did not arrive"
  while IFS= read -r -d '' record || fail "what the host asks for did not arrive"; do
    case $record in
      '') return ;;
      "hole "*) holes+=("${record#hole }") ;;
      "set "*) variables+=("${record#set }") ;;
      "proxy "*) proxy=${record#proxy } ;;
      *) fail "this bootstrap does not know \"$record\"" ;;
    esac
  done
}

# put FILE MODE: the file has what standard input has, whole or not at all, and is root's.
put() {
  mkdir -p "${1%/*}"
  cat >"$1.dvm"
  chown 0:0 "$1.dvm"
  chmod "$2" "$1.dvm"
  mv -f "$1.dvm" "$1"
}

# Sessions and setup scripts read this file; it is there only where it has something.
settings=/etc/dvm/environment
write_variables() {
  if ((${#variables[@]})); then
    printf '%s\n' "${variables[@]}" | put "$settings" 0644
  else
    rm -f "$settings"
  fi
}

# write_proxy: what does not read a session's variables is told of the proxy too: other login shells, services, sudo,
# package managers. Without one, all of it is taken out again.
dnf_mark="# dvm: the next line is DVM's"
write_proxy() {
  local pair file changed=no assignments=""
  local login=/etc/profile.d/dvm.sh apt=/etc/apt/apt.conf.d/95dvm dnf=/etc/dnf/dnf.conf sudoers=/etc/sudoers.d/91-dvm
  local managers=(/etc/systemd/system.conf.d/50-dvm.conf /etc/systemd/user.conf.d/50-dvm.conf)
  if [[ -f $dnf ]] && grep -qxF "$dnf_mark" "$dnf"; then
    awk -v mark="$dnf_mark" 'skip { skip = 0; next } $0 == mark { skip = 1; next } { print }' "$dnf" | put "$dnf" 0644
  fi
  if [[ -z $proxy ]]; then
    [[ ! -e ${managers[0]} ]] || changed=yes
    rm -f "$login" "$apt" "$sudoers" "${managers[@]}"
  else
    for pair in "${variables[@]}"; do
      printf "export %s='%s'\n" "${pair%%=*}" "${pair#*=}"
    done | put "$login" 0644
    for pair in "${variables[@]}"; do
      assignments+=" \"${pair//%/%%}\""
    done
    for file in "${managers[@]}"; do
      grep -qxF "DefaultEnvironment=${assignments# }" "$file" 2>/dev/null || changed=yes
      printf '[Manager]\nDefaultEnvironment=%s\n' "${assignments# }" | put "$file" 0644
    done
    [[ ! -d /etc/apt ]] ||
      printf 'Acquire::http::Proxy "%s";\nAcquire::https::Proxy "%s";\n' "$proxy" "$proxy" | put "$apt" 0644
    if [[ -f $dnf ]]; then
      { cat "$dnf" && printf '%s\nproxy=%s\n' "$dnf_mark" "$proxy"; } | put "$dnf" 0644
    fi
    echo 'Defaults env_keep += "http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY"' | put "$sudoers" 0440
    visudo -cqf "$sudoers" || { rm -f "$sudoers"; fail "sudo does not accept the rule for proxy variables"; }
  fi
  # Services that start from now on have it; systemd reads this file at no other time.
  [[ $changed == no || ! -d /run/systemd/system ]] || systemctl daemon-reexec
}

# QEMU's user network as Lima sets it up: each address of it leads to the host's loopback, but for the name server's.
host_net=192.168.5.0/24 dns=192.168.5.3
host_net6="fec0::/64 fe80::/10" dns6=fec0::3
[[ ! -r /mnt/lima-cidata/lima.env ]] ||
  while IFS='=' read -r name value; do
    [[ $name != LIMA_CIDATA_SLIRP_DNS || ! $value =~ ^[0-9.]+$ ]] || dns=$value
  done </mnt/lima-cidata/lima.env

# DVM_USER's ids: its own, and the ranges that its containers' processes have.
walled_ids() {
  id -u "$user"
  awk -F: -v user="$user" '($1 == user) && $3 > 0 { print $2 "-" $2 + $3 - 1 }' /etc/subuid
}

# What the host began goes on: the answers to it, and root's sshd in any case, since the session that puts the rules in
# force may be older than the kernel's table of connections. What the guest began does not, however long it is open.
# Names are asked for by the original destination, since Lima may rewrite it.
nft_rules() {
  local ids hole jump="jump walled"
  if [[ $firewall == loopback ]]; then
    ids=$(walled_ids | paste -sd, -)
    jump="meta skuid { $ids } jump walled"
  fi
  echo "table inet dvm"
  echo "delete table inet dvm"
  echo "table inet dvm {"
  echo "  chain walled {"
  if [[ $firewall == loopback ]]; then
    echo "    meta l4proto { tcp, udp } ct original ip daddr $dns ct original proto-dst 53 return"
    echo "    meta l4proto { tcp, udp } ct original ip6 daddr $dns6 ct original proto-dst 53 return"
  fi
  for hole in "${holes[@]}"; do
    echo "    ip daddr ${hole% *} tcp dport ${hole#* } return"
  done
  if [[ $firewall == loopback ]]; then
    echo "    ip daddr $host_net reject"
    echo "    ip6 daddr { ${host_net6// /, } } meta l4proto { tcp, udp } reject"
  else
    # The guest's own address comes by DHCP, and IPv6 needs its neighbours.
    echo "    udp sport 68 udp dport 67 return"
    echo "    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit, mld2-listener-report } return"
    echo "    reject"
  fi
  echo "  }"
  echo "  chain output {"
  echo "    type filter hook output priority 0; policy accept;"
  echo '    oifname "lo" return'
  echo "    ct direction reply return"
  echo "    meta skuid 0 tcp sport 22 return"
  echo "    $jump"
  echo "  }"
  echo "  chain forward {"
  echo "    type filter hook forward priority 0; policy accept;"
  echo "    ct direction reply return"
  echo "    jump walled"
  echo "  }"
  echo "}"
}

# iptables_rules 4|6. What is forwarded is dropped in `mangle`: in `filter`, Docker puts its own rules first.
iptables_rules() {
  local id hole kind net nets=$host_net name=$dns
  [[ $1 == 4 ]] || { nets=$host_net6 name=$dns6; }
  echo "*filter"
  echo ":DVM-OUT - [0:0]"
  echo ":DVM-WALL - [0:0]"
  echo "-A DVM-OUT -o lo -j RETURN"
  echo "-A DVM-OUT -m conntrack --ctdir REPLY -j RETURN"
  echo "-A DVM-OUT -p tcp --sport 22 -m owner --uid-owner 0 -j RETURN"
  if [[ $firewall == egress ]]; then
    echo "-A DVM-OUT -j DVM-WALL"
    if [[ $1 == 4 ]]; then
      nets=0.0.0.0/0
      echo "-A DVM-WALL -p udp --sport 68 --dport 67 -j RETURN"
    else
      nets=::/0
      for kind in 133 135 136 143; do
        echo "-A DVM-WALL -p icmpv6 --icmpv6-type $kind -j RETURN"
      done
    fi
  else
    while read -r id; do
      echo "-A DVM-OUT -m owner --uid-owner $id -j DVM-WALL"
    done < <(walled_ids)
  fi
  except DVM-WALL
  for net in $nets; do
    if [[ $1 == 4 || $firewall == egress ]]; then
      echo "-A DVM-WALL -d $net -j REJECT"
    else
      echo "-A DVM-WALL -d $net -p tcp -j REJECT"
      echo "-A DVM-WALL -d $net -p udp -j REJECT"
    fi
  done
  echo "COMMIT"
  echo "*mangle"
  echo ":DVM-FWD - [0:0]"
  echo "-A DVM-FWD -m conntrack --ctdir REPLY -j RETURN"
  except DVM-FWD
  for net in $nets; do
    echo "-A DVM-FWD -d $net -j DROP"
  done
  echo "COMMIT"
}
except() {
  local hole
  [[ $firewall != loopback ]] || echo "-A $1 -m conntrack --ctorigdst $name --ctorigdstport 53 -j RETURN"
  [[ $name == "$dns6" ]] || for hole in "${holes[@]}"; do
    echo "-A $1 -d ${hole% *} -p tcp --dport ${hole#* } -j RETURN"
  done
}

# The program that puts the rules in force, and takes them out again. It has them in itself: nothing is read at boot.
firewall_program() {
  local version
  echo "#!/bin/sh"
  echo "# Made by DVM. \`stop\` takes the rules out again."
  echo "set -eu"
  echo "PATH=/usr/sbin:/sbin:/usr/bin:/bin"
  echo "rm -f $in_force"
  if [[ $1 == nft ]]; then
    # shellcheck disable=SC2016 # it is expanded there
    echo 'if [ "${1-start}" = stop ]; then'
    echo "  nft 'add table inet dvm; delete table inet dvm'"
    echo "  exit 0"
    echo "fi"
    echo "nft -f - <<'RULES'"
    nft_rules
    echo "RULES"
    echo ": >$in_force"
    return
  fi
  # shellcheck disable=SC2016 # it is expanded there
  echo 'hook() { "$1" -w -t "$2" -C "$3" -j "$4" 2>/dev/null || "$1" -w -t "$2" -I "$3" -j "$4"; }'
  # shellcheck disable=SC2016
  echo 'unhook() { "$1" -w -t "$2" -D "$3" -j "$4" 2>/dev/null || :; }'
  # shellcheck disable=SC2016
  echo 'drop() { "$1" -w -t "$2" -F "$3" 2>/dev/null && "$1" -w -t "$2" -X "$3" || :; }'
  for version in "" 6; do
    [[ $version != 6 || -e /proc/net/if_inet6 ]] || continue
    # shellcheck disable=SC2016
    echo 'if [ "${1-start}" = stop ]; then'
    echo "  unhook ip${version}tables filter OUTPUT DVM-OUT; unhook ip${version}tables mangle FORWARD DVM-FWD"
    echo "  drop ip${version}tables filter DVM-OUT; drop ip${version}tables filter DVM-WALL"
    echo "  drop ip${version}tables mangle DVM-FWD"
    echo "else"
    echo "ip${version}tables-restore -w --noflush <<'RULES'"
    iptables_rules "${version:-4}"
    echo "RULES"
    echo "hook ip${version}tables filter OUTPUT DVM-OUT"
    echo "hook ip${version}tables mangle FORWARD DVM-FWD"
    echo "fi"
  done
  # shellcheck disable=SC2016
  echo '[ "${1-start}" = stop ] || : >'"$in_force"
}

program=/usr/local/lib/dvm/firewall unit=dvm-firewall.service
# It is there while the rules are: sessions and setup scripts ask for it. A boot takes it away.
in_force=/run/dvm-firewall
firewall_unit() {
  cat <<UNIT
[Unit]
Description=What DVM lets this guest reach
DefaultDependencies=no
After=local-fs.target
Wants=network-pre.target
Before=network-pre.target sysinit.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh $program

[Install]
WantedBy=sysinit.target
UNIT
}

remove_firewall() {
  if [[ -e $program ]]; then
    sh "$program" stop || fail "the firewall's rules can't be taken out"
    rm -f "$program"
  fi
  if [[ -e /etc/systemd/system/$unit ]]; then
    systemctl --quiet --no-reload disable "$unit"
    rm -f "/etc/systemd/system/$unit"
    systemctl daemon-reload
  fi
}

# load_unit: systemd has the unit, for each boot. A reload of systemd takes seconds where the guest is emulated: none where
# it has it already, as in a clone, and one for both changes otherwise.
load_unit() {
  local file=/etc/systemd/system/$unit said
  if [[ -f $file && "$(<"$file")" == "$(firewall_unit)" ]]; then
    said=$(systemctl show --property=NeedDaemonReload,UnitFileState "$unit") || said=
    [[ $said != *NeedDaemonReload=no* || $said != *UnitFileState=enabled* ]] || return 0
  fi
  firewall_unit | put "$file" 0644
  systemctl --quiet --no-reload enable "$unit"
  systemctl daemon-reload
}

# set_firewall: put in force what is asked for, now and at each boot, and answer `firewall` and with which tool; `none`
# and why it can't be had. Rules of an earlier bootstrap are taken out first only where another tool made them.
set_firewall() {
  local tool why="this guest has neither nft nor iptables" PATH=$PATH:/usr/sbin:/sbin
  if [[ $firewall == off ]]; then
    remove_firewall
    answer firewall off ""
    return
  fi
  if [[ ! -d /run/systemd/system ]]; then
    remove_firewall
    answer firewall none "this guest has no systemd"
    return
  fi
  for tool in nft iptables; do
    case $tool in
      nft) type -P nft >/dev/null || continue ;;
      *)
        type -P iptables-restore >/dev/null || continue
        if [[ -e /proc/net/if_inet6 ]] && ! type -P ip6tables-restore >/dev/null; then
          why="this guest has IPv6 and no ip6tables"
          continue
        fi
        ;;
    esac
    # An earlier bootstrap may have used the other tool.
    [[ ! -e $program ]] || grep -q "^$tool" "$program" || sh "$program" stop || true
    firewall_program "$tool" | put "$program" 0755
    load_unit
    # It is the unit's start that puts the rules in force: now as at each boot.
    if ! systemctl restart "$unit"; then
      why="$tool of this guest does not take the rules"
      sh "$program" || { sh "$program" stop || true; rm -f "$program"; continue; }
      why="the systemd of this guest does not start $unit"
      break
    fi
    answer firewall "$tool" ""
    return
  done
  remove_firewall
  answer firewall none "$why"
}
