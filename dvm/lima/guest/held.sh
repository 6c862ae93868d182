# demand_firewall: the firewall that the bootstrap left is in force since this boot, or is now; false: it can't be.
demand_firewall() {
  local program=/usr/local/lib/dvm/firewall in_force=/run/dvm-firewall
  [[ -e $program && ! -e $in_force ]] || return 0
  # One that an earlier DVM made does not say so.
  [[ $(<"$program") == *"$in_force"* ]] || return 0
  # What failed at the boot may work by now.
  ! systemctl restart dvm-firewall.service >/dev/null 2>&1 || [[ ! -e $in_force ]] || return 0
  echo "dvm: the firewall of this guest did not load, so nobody is let in;" \
    "\`systemctl status dvm-firewall\` in the guest says why" >&2
  return 1
}
