"""Edges that only show beside something else: a second file of the same name, a second choice, an option's value."""

from __future__ import annotations

from tests.unit.checks.scripts.cases.making import FETCH, GET, SUM, URL, each, lines

RUN = f"{FETCH} | sh"
OTHER = "curl -fsSLo other.sh https://example.org/other.sh\n"
COPIES = [
    *lines(
        """
        cp -t /d i.sh; echo a >i.sh; bash /d/i.sh
        cp --target-directory /d i.sh; echo a >i.sh; bash /d/i.sh
        cp --target-directory=/d i.sh; echo a >i.sh; bash /d/i.sh
        mv -t /d -S x i.sh; echo a >i.sh; bash /d/i.sh
        cp i.sh /d/; echo a >i.sh; bash /d/i.sh
        cp i.sh /usr/bin; echo a >i.sh; bash /usr/bin/i.sh
        cp i.sh /opt; echo a >i.sh; bash /opt/i.sh; bash /opt
        cp i.sh x /opt; echo a >i.sh; bash /opt/i.sh; bash /opt
        cp s/i.sh /opt/; echo a >i.sh; bash /opt/i.sh
        cp -o i.sh got; bash got
        cp -m 644 i.sh got; bash got
        install -t /d i.sh; echo a >i.sh; /d/i.sh
        ln -s i.sh /usr/local/bin; echo a >i.sh; bash /usr/local/bin/i.sh
        cp "x$y" z; bash z
        chmod -x +x i.sh
        chmod -v +x i.sh
        install -m 755 /dev/stdin got <i.sh; ./got; echo b
        dd of=got if=/dev/stdin <i.sh; bash got
        """,
        GET,
    ),
    "curl -fsSLo a$x https://example.org/a\ncp a$x /opt/; bash /opt/a$x; bash /opt\n",
    "curl -fsSLo $x https://example.org/a\ncp $x got; bash got; cp a$x other; bash other\n",
    'curl -fsSLo "$x" https://example.org/a\ncp "$x" /opt/; bash "/opt/$x"; bash /opt/\n',
]
PLACES = [
    *each(
        "{}\necho a >i.sh\nbash /d/i.sh",
        f"wget\\ -P\\ /d\\ {URL} wget\\ --directory-prefix=/d\\ {URL} curl\\ --output-dir\\ /d\\ -O\\ {URL} aria2c\\ -d\\ /d\\ {URL}",
    ),
    *each(
        "{}\necho a >i.sh\nbash /d/i.sh",
        f"aria2c\\ --dir=/d\\ {URL} gh\\ release\\ download\\ -p\\ i.sh\\ -D\\ /d gh\\ release\\ download\\ --dir\\ /d\\ -O\\ i.sh",
    ),
    *each("scp {} given:x a got", "-i -P -o -F -e --rsh -l -c -J -S -q"),
    *each("rsync {} given:x a got", "-i -P -o -F -e --rsh -l -c -J -S -q"),
    *lines(
        f"""
        scp host:a host:b host:c dir/; bash dir/b; bash dir/c
        scp host:a x dir/; bash dir/x
        http -d {URL} https://example.org/other; bash other
        http -i {URL}
        http --config {URL} >/dev/null
        curl -fsSLo /dev/null {URL}; bash /dev/null
        curl -fsSLO 'https://example.org/a?b#c?d#e'; bash a
        curl -fsSLO "https://example.org/a?$x"; bash "a?$x"
        curl -fsSLo "$x" "$y" "$z"; bash "$x"
        curl; curl ''; curl -o got ''
        rsync a.b:c d
        rsync 'a.b:\\c' d
        scp "$h:a" got; scp "a$h:b" got
        cosign verify-blob -- i.sh
        bash -- -c '{RUN}'
        bash -x -- i.sh
        {FETCH} | bash -- -
        {FETCH} | bash -- a b
        curl -fsSL -- {URL} | sh
        git clone -- https://example.org/r; bash r/a
        npm i -g -- -wanted
        """
    ),
]
SUMS = [
    *lines(
        f"""
        sha256sum -c i.sh.sha256; bash i.sh; bash other.sh
        sha256sum -c /d/other.sh.sha256sum; bash i.sh; bash other.sh
        sha256sum -c list; bash i.sh; bash other.sh
        sha256sum -c "$DVM_FILES/list"; bash i.sh; bash other.sh
        sha256sum -c "$DVM_FILES/i.sh.sha256"; bash i.sh; bash other.sh
        sha256sum -c "$DVM_FILES/.sha256"; bash i.sh; bash other.sh
        sha256sum -c /run/dvm/filesystem/list; bash i.sh; bash other.sh
        sha256sum -c <"$DVM_FILES/list"; bash i.sh; bash other.sh
        sha256sum -c </etc/list; bash i.sh; bash other.sh
        cat /etc/list | sha256sum -c; bash i.sh; bash other.sh
        grep i.sh /etc/list | sha256sum -c; bash i.sh; bash other.sh
        printf '%s  %s\\n' {SUM} i.sh {SUM} other.sh >list; grep ' i.sh$' list | sha256sum -c; bash i.sh; bash other.sh
        printf '%s  %s\\n' {SUM} i.sh {SUM} other.sh | grep -F i.sh | sha256sum -c; bash i.sh; bash other.sh
        printf '%s  %s\\n' {SUM} i.sh {SUM} other.sh | grep -v i.sh | sha256sum -c; bash i.sh; bash other.sh
        printf '%s  %s\\n' {SUM} i.sh {SUM} other.sh | grep '.*' | sha256sum -c; bash i.sh; bash other.sh
        printf '%s  %s\\n' {SUM} i.sh {SUM} other.sh | grep -F 'i\\.sh' | sha256sum -c; bash i.sh; bash other.sh
        curl -fsSLO {URL}.l; gpg --verify a.asc i.sh.l; sha256sum -c i.sh.l; bash i.sh; bash other.sh
        curl -fsSLO {URL}.l; gpg --verify a.asc i.sh.l; grep i.sh i.sh.l | sha256sum -c; bash i.sh; bash other.sh
        curl -fsSLO {URL}.l; grep i.sh i.sh.l | sha256sum -c; bash i.sh; bash other.sh
        curl -fsSLO {URL}.tgz; echo '{SUM}  i.sh.tgz' | sha256sum -c; tar xf i.sh.tgz; sha256sum -c l; bash i.sh; bash other.sh
        git clone {URL} a; git -C a checkout 0123456789ab; sha256sum -c a/l; bash i.sh; bash other.sh
        sha256sum -c "$DVM_FILES/list" && true; bash i.sh; bash other.sh
        true && sha256sum -c "$DVM_FILES/list"; bash i.sh; bash other.sh
        sha256sum -c "$DVM_FILES/list" && true || exit 1; bash i.sh; bash other.sh
        f() {{ sha256sum -c "$DVM_FILES/list" && true; }}; f; bash i.sh; bash other.sh
        sha256sum -c .sha256; bash i.sh; bash other.sh
        sha256sum -c "$list"; bash i.sh; bash other.sh
        sha256sum -c x/i.sh.sha512; bash i.sh; bash other.sh
        sha256sum -c - <<< "$list"; bash i.sh; bash other.sh
        sha256sum -c <<< "$list"; bash i.sh; bash other.sh
        cat i.sh.sha256 | sha256sum -c; bash i.sh; bash other.sh
        echo "$sum" >i.sh.sum; sha256sum -c i.sh.sum; bash i.sh; bash other.sh
        printf '%s  %s\\n' {SUM} absent {SUM} i.sh | sha256sum -c; bash i.sh; bash other.sh
        printf '%s  %s\\n' {SUM} other.sh {SUM} i.sh | sha256sum -c; bash i.sh; bash other.sh
        printf '%s  %s\\n' {SUM} other.sh 0123 i.sh | sha256sum -c; bash i.sh; bash other.sh
        gpg --verify i.sh.asc other.sh; bash i.sh; bash other.sh
        gpg --verify other.sh.asc; bash i.sh; bash other.sh
        gpg --verify i.sh.asc i.sh other.sh; bash i.sh; bash other.sh
        gpg --verify i.sh; bash i.sh; bash other.sh
        gpg --verify i.sh other.sh; bash i.sh; bash other.sh
        gpg --keyring i.sh --verify x.asc other.sh; bash i.sh; bash other.sh
        sha256sum i.sh | other | grep {SUM}; bash i.sh
        x=$(sha256sum i.sh | other); [[ $x == {SUM} ]]; bash i.sh
        sha256sum i.sh other.sh | grep {SUM}; bash i.sh; bash other.sh
        cat i.sh other.sh | sha256sum | grep {SUM}; bash i.sh; bash other.sh
        cat other.sh | sha256sum | grep {SUM}; bash i.sh; bash other.sh
        sha256sum - <i.sh | grep {SUM}; bash i.sh
        test a = "$(sha256sum i.sh)"; bash i.sh
        test "$(sha256sum i.sh)" = {SUM}; bash i.sh
        [ {SUM} = "$(sha256sum i.sh)" ]; bash i.sh
        [ "$(sha256sum i.sh)" = {SUM} -o a = b ]; bash i.sh
        """,
        GET + OTHER,
    ),
    *lines(
        f"""
        echo "$({FETCH}.sha256)  i.sh" | sha256sum -c
        {FETCH}.sha256 | sha256sum -c
        curl -fsSLO {URL}.sha256; sha256sum -c i.sh.sha256
        echo "a $({FETCH}.sha256)  i.sh" | sha256sum -c
        echo "$(sha256sum i.sh | cut -c1-64)  i.sh" | sha256sum -c
        sha256sum i.sh | sha256sum -c
        [[ $(sha256sum i.sh) == $({FETCH}.sum) ]]
        [[ $(sha256sum i.sh) == $(sha256sum i.sh) ]]
        sha256sum i.sh | grep "$({FETCH}.sum)"
        base64 -d list | sha256sum -c
        echo "$(base64 -d list)  i.sh" | sha256sum -c
        gpg --import <(curl -fsSL https://example.org/k); gpg --verify i.sh.asc i.sh
        sha256sum -c || true
        openssl dgst -sha256 i.sh
        """,
        GET,
    ),
    *each(
        "gpg {} key.asc --import other.asc",
        "--keyring --homedir -o --output -q",
        "curl -fsSLo key.asc https://example.org/k\n",
    ),
    *lines(
        """
        gpg --dearmor key.asc | sh
        gpg --dearmor -o got key.asc | sh
        gpg --import key.asc | sh
        gpg --export key.asc | sh
        gpg --dearmor -o got key.asc; bash got
        """,
        "curl -fsSLo key.asc https://example.org/k\n",
    ),
]
STREAMS = [
    *each("echo text | openssl enc -d -aes-128-cbc {} i.sh | sh", "-out -k -pass -in -K", GET),
    *each("echo text | openssl base64 -d {} i.sh | sh", "-out -in", GET),
    *each("echo text | base64 -d {} i.sh | sh", "-in -k -i -w", GET),
    *each(f"read {{}} 5 x <<< curl\n$x -fsSL {URL} | sh", "-p -d -t -n -N -i -u -r -s"),
    *each(f"read {{}} x y <<< curl\n$y -fsSL {URL} | sh; $x -fsSL {URL} | sh", "-p -d -t -n -N -i -a -r"),
    *lines(
        f"""
        {FETCH} | tee got; echo a | tee -a got; bash got
        {FETCH} | tee got; echo a | tee --append got; bash got
        {FETCH} | tee got; echo a | tee got; bash got
        {FETCH} | tee got; echo a | tee -i got; bash got
        echo text | sort - | sh
        echo text | sort /dev/stdin | sh
        echo text | sort -x | sh
        echo text >a; sort i.sh a | sh
        echo text >a; sort a i.sh | sh
        echo text >a; cat a - <i.sh | sh
        x="$(echo "$y" | sort)"; eval "$x"
        x=$(true | sort); eval "$x"; sort </dev/null | sh
        echo -n 'curl '  >x; echo -n '{URL} | sh' >>x; bash x
        echo -n a; echo -e 'a' b; echo -ne a b
        dd if=/dev/stdin <i.sh | sh
        dd if=- <i.sh | sh
        read x <<< 'curl '; $x -fsSL {URL} | sh
        read x <<< $'curl\\n'; $x -fsSL {URL} | sh
        read x <<< $'curl\\nother'; $x -fsSL {URL} | sh
        printf 'curl\\n\\n' | {{ read x; $x -fsSL {URL} | sh; }}
        printf 'a\\nb\\n' | {{ read x; $x; {FETCH} | $x; }}
        x=(cat); read x <<< sh; {FETCH} | $x; {FETCH} | ${{x[0]}}
        x=a; y=$(read z; echo $z); {FETCH} | read w; eval "$w"; read v; eval "$v"
        read a < x; read b < y; {FETCH} -o "$a"; bash "$b"
        mapfile x < <({FETCH}; echo text); eval "${{x[1]}}"
        mapfile -t x <<< $'a\\nsh'; {FETCH} | ${{x[1]}}
        printf -v x sh; {FETCH} | $x
        printf -v x '%s%s' s h; {FETCH} | $x
        {FETCH} | tar -x; {FETCH} | tar -xO | sh
        x=$({FETCH}); tar -x <<< "$x"; unzip x
        tar -xf i.sh <other
        printf '%s\\t%b\\n' 'a\\tb' 'a\\tb' >x.sh
        printf '%%%s' a >x; npm i -g "$(printf 'a%%%s' b)" "$(printf '%sb%%' a)"
        npm i -g "$(basename a.x x)" "$(basename "/a/XX/XX/")" "$(dirname /XX)" "$(basename)" "$(dirname)"
        """,
        GET,
    ),
]
PROGRAMS = [
    *each("find . {} other -exec bash \\{\\} \\;", "-name -iname -path -type", GET),
    *each(f"echo '{RUN}' >x\n{{}} x", "insmod make\\ -f enable\\ -f python3 node gmake\\ --file perl"),
    *each(f"echo '{RUN}' | python3 {{}}", "- /dev/stdin /dev/fd/0 /proc/self/fd/0"),
    *each("echo other | xargs --replace{} bash i.sh {}", "=% \\ -x ''", GET),
    *lines(
        f"""
        find . -exec npm i -g wanted + -name other
        find . -exec npm i -g wanted '\\;' -name other
        find . -exec npm i -g wanted ';' -exec npm i -g more + -exec npm i -g most
        awk 'BEGIN {{ system("bash i.sh") }}'
        awk 'BEGIN {{ "bash i.sh" | getline }}'
        awk 'BEGIN {{ system("true") }} {{ "bash i.sh" }}'
        awk 'BEGIN {{ x = "bash i.sh" }}'
        echo x | xargs --replace bash {{}} i.sh
        echo i.sh | xargs --replace=% bash %
        echo i.sh | xargs --replace bash {{}}
        echo i.sh | xargs -I bash %
        cat i.sh | xargs --replace=% sh -c % x
        cat i.sh | xargs --replace sh -c {{}}
        cat i.sh | xargs -I % sh -c %
        cat i.sh | xargs --replace sh -c 'a {{}} b {{}}'
        parallel -j 2 bash -x ::: i.sh
        parallel bash -n 1 ::: i.sh
        parallel 'bash {{}}' -n ::: i.sh
        parallel sh -c ::: '{RUN}'
        coproc a b {{ bash i.sh; }}
        coproc a {{ b {{ bash i.sh; }}; }}
        exec bash i.sh <other; bash
        exec ls <i.sh; bash
        su -c 'echo a' -c 'bash i.sh'
        x=$(su -c 'echo ba' -c 'echo sh'); $x i.sh
        x=$(su -c 'printf ba' -c 'printf sh' me); $x i.sh
        docker exec box bash; docker build; docker buildx; docker run
        {FETCH} | su -c "$(cat)" me
        ed x <<< "!$({FETCH})"
        ed x <<< "! echo $({FETCH}) | sh"
        sed "1e $({FETCH})" x
        vim "+!$({FETCH})" x
        vim x | sh
        awk "BEGIN {{ system(\\"$({FETCH})\\") }}"
        tar --to-command="$({FETCH})" -xf x
        PROMPT_COMMAND="$({FETCH})"; export GIT_PAGER='{RUN}'; PAGER="x $({FETCH})" git log
        EDITOR=$(cat i.sh) vi
        printf '%s\\n' "$({FETCH})" '# x' | crontab
        printf '* * * * * %s\\n' "$({FETCH})" | crontab
        at now <<< "$({FETCH})"
        make -C - <i.sh; make -j - <i.sh; make -f - <<< x
        make -C -f i.sh; make -j -f i.sh
        set +x i.sh; bash "$1"
        set - i.sh; bash "$1"; set + i.sh; bash "$1"
        alias =x; alias x=; x
        python3 -c "x$({FETCH})y"
        python3 -c 'import marshal; exec(marshal.loads(x))'
        python3 -Wx i.sh
        python3 -cx i.sh
        deno -e i.sh; tclsh -c i.sh; tclsh -cx i.sh
        python3 -m pip | sh
        A=b python3 -m pip install wanted
        GIT_SSL_NO_VERIFY=1 python3 -m pip download x
        GIT_SSL_NO_VERIFY=1 $UNKNOWN -x git fetch
        npm i -g "x$a" -C "$b" wanted --tag
        curl -o
        curl -fsSL -o; curl --output
        curl "-$x" {URL} | sh
        curl "-o$x" {URL}; bash "$x"
        curl "--output=$x" {URL}; bash "$x"
        cd; cd -; cd "$x"; git clone https://example.org/r; ./r/a; cd r/; ./a
        git clone -b v1 https://example.org/r d; bash d/a; git clone https://example.org/r XX/XX; bash XX/a
        git clone https://example.org/X.; bash X./a
        git clone https://example.org/r//; bash r/a
        chown root /run/docker.sock; setfacl -m u:root:rw /run/docker.sock; setfacl -b
        cp -- -x ~/.ssh/id_rsa; cp -a ~/.ssh/id_rsa; cat -n ~/.ssh
        """,
        GET,
    ),
]
CHOICES = "if [[ -f a ]]; then x=a; elif [[ -f b ]]; then x=b; elif [[ -f c ]]; then x=c; else x=d; fi\n"
BRANCHES = [
    CHOICES + "show $x\n",
    CHOICES + "y=1$x\nshow $y $x\n",
    CHOICES + "y=1$x\nz=2$y\nshow $z\n",
    CHOICES + "y=1\nshow $y\n",
    CHOICES + "show $x; show $x\n",
    CHOICES + "show a | show $x; show $x >y; ! show $x; [[ $(show $x) ]]; (show $x); { show $x; }\n",
    CHOICES + "export y=$x; show $y\n",
    CHOICES + "a=($x); show ${a[0]}; a+=($x); show ${a[1]}\n",
    CHOICES + "a=(1 2); show ${a[$i]}; show ${a[$x]}\n",
    CHOICES + 'x+=z; show $x; y=$(show $x); show "$y"\n',
    CHOICES + f"{FETCH} | $x; {FETCH} -o $x; bash $x\n",
    CHOICES.replace(
        "x=d; fi", "x=d; fi; if p; then x=e; elif q; then x=f; elif r; then x=g; elif s; then x=h; elif t; then x=i; fi"
    )
    + "y=$x; show $y\n",
    "x=a; if p; then x=b; fi; if q; then x=c; fi; if r; then x=d; fi; if s; then x=e; fi; show $x; y=$x; show $y\n",
    "x=a; while p; do x=b; done; show $x\n",
    "x=a; for x in b c; do :; done; show $x; for i in $x; do show $i; done\n",
    "x=a; case $1 in p) x=b ;; q) x=c ;; esac; show $x\n",
    "x=a; case $1 in p) x=b ;; *) x=c ;; esac; show $x\n",
    "x=a; p && x=b; show $x; p || x=c; show $x\n",
    "x=a; (x=b; show $x); show $x; y=$(x=c; show $x); show $x\n",
    "x=a; f() { x=b; local y=c; show $x$y; }; show $x; f; show $x$y\n",
    'f() { show "$1" "$#" "${@}" "${@:2}" "${*}" "${!1}" "$#"; }; f a b\n',
    "x=v; show ${x[0]} ${x[1]} ${y[0]} ${y[1]} ${x[@]} ${x[*]}\n",
    "show ${x:-d}${x}z ${x-d}${x}z\n",
    "show ${x:=d}${x}z\n",
    'n=x; export "$n=a=b"; show $x; declare "1x=c"; export "$n"; show $x\n',
    'a=("[x" b]=c [y]=d "z"); show "${a[@]}" "${a[y]}"; a=([k]=v=w); show ${a[k]}\n',
    "a[x[1]]=v; show ${a[0]}; a['k']=w a[\"l\"]=z; show ${a[k]} ${a[l]}\n",
    "a[0]=x; " * 66 + "show ${a[64]} ${a[65]}\n",
    "a=(b) show ${a[0]}; a=(c); show $a; unset a; show ${a[0]} $a\n",
    "x=abc; show ${x:q} ${x:1:q} ${x:1:0} ${x:3} ${x: -3:1} ${x:0:-3} ${x/b/} ${x//b/x} ${x/#a/z} ${x/%c/z} ${x/$n/z} ${x/a/$n}\n",
    "x=aaa; show ${x/a/b} ${x//a/b} ${x#a} ${x##a*} ${x%a} ${x%%*a} ${x#aaa} ${x%aaa} ${x##*} ${x%%*}\n",
    "x=" + "a" * 600 + "; show ${x##*a} ${x#*b}\n",
    "a=(b c); show ${a[-2]} ${a[-3]} ${a[00001]} ${a[x]} ${#a} ${!a[@]} ${a[1]:-d} ${a[2]:-d} ${a[0]#b}\n",
    'show "$(( 1 + 1 ))" $[1+1] "$x$y" "${x}${y}" $"z" "$$" "$!" "$?" "$-" "$#" "$0"\n',
    "mapfile -t a < <("
    + "; ".join(f"echo {index}" for index in range(258))
    + "); show ${a[255]} ${a[256]} ${a[257]}\n",
    f"set -e; set -o errexit; set errexit; set -o pipefail errexit; {GET}sha256sum -c $DVM_FILES/list; bash i.sh\n",
    f"set +e; set -o x errexit\n{GET}sha256sum -c $DVM_FILES/list; bash i.sh\n",
    f"set +e; set -o errexit\n{GET}sha256sum -c $DVM_FILES/list; bash i.sh\n",
]
DOCUMENTS = [
    f"cat <<E\n{text}\nE\n"
    for text in (
        f"$(echo '\\' \"x\" $({RUN}))",
        f"$(echo ')`' $({RUN}))",
        f"`echo '$(x' ; {RUN}`",
        f'$(echo "$(echo \\")\\")" ; {RUN})',
        f"$((1)) $({RUN})",
        f"$( (echo a) ; {RUN} )",
        f'$(echo "(" ; {RUN})',
        f"$(x=${{y:-)}} ; {RUN})",
        f'${{x:-$(echo ")" ; {RUN})}}',
        f"${{x:-'$({RUN})'}}",
        f"\\\\\\$({RUN})",
        f"\\`$({RUN})\\`",
        f"x\\\n$({RUN})",
        f"é é $({RUN})",
        f"a\n\n  b $({RUN})\n\n$({RUN})",
        "$(" + "x" * 20 + "\0)",
        f"`{FETCH}` | sh",
        f"$({RUN}",
        f"`{RUN}",
        f"${{x:-$({RUN})",
        "$(if)",
        "`if`",
        f"a $({RUN}) b $({RUN})",
        f"\t$({RUN})",
        f"  \t`{RUN}`",
    )
] + [
    f"bash -c 'cat <<E\n  $({RUN})\nE\n'\n",
    f'bash -c "cat <<E\n\\$x \\$({RUN})\nE\n"\n',
    f"x='cat <<E\n$({RUN})\nE'; eval \"$x\"\n",
    "x='cat <<E\n$(if)\nE'; eval \"$x\"\n",
    f"cat <<-E\n\t\t$({RUN})\n\tx\n\tE\n",
    f"bash <<E\ntrue\n$x; {RUN}\nE\n",
    f"bash <<E\n\\$x; \\\n{RUN}\nE\n",
    f"bash <<'E'\ntrue; {RUN}\nE\n",
    f"bash <<E\ntrue; {RUN}\nE\n",
    f"bash <<-E\n\ttrue; {RUN}\n\tE\n",
    f"cat <<E >f.sh\ntrue; {RUN}\n$x\nE\n",
    f"true\n\nif x; then\n  cat <<E\n$({RUN})\nE\nfi\n",
]
# What a download is handed on by: each of these lost it once in a mutant that no other case told from the review.
HANDED_ON = [
    f"{FETCH} | {{ if true; then sh; fi; }}\n",
    f"{FETCH} | {{ {{ sh; }}; }}\n",
    f"{FETCH} | {{ true; {{ sh; }} 2>/dev/null; }}\n",
    f"{FETCH} | {{ cd /tmp && {{ sh; }} >/dev/null; }}\n",
    f"{FETCH} | {{ tee x | cat; }} >/dev/null | sh\n",
    f"{FETCH} | if true; then cat | sh; fi >log\n",
    f"{FETCH} | $unknown | sh\n",
    f"{FETCH} | $unknown $other | sh\n",
    f'{FETCH} | "$unknown" -x | sh\n',
    f"echo sh >r.sh\n{FETCH} | bash r.sh\n",
    f"echo 'cat | sh' >r.sh\n{FETCH} | . ./r.sh\n",
    f"{FETCH} | sh <&0\n",
    f"{FETCH} | sh </dev/stdin\n",
    f"{FETCH} | (sh) 0</dev/fd/0\n",
    f"{FETCH} | cat </dev/stdin | sh\n",
    f"{FETCH} | python3 -m json.tool | sh\n",
    "echo i.sh | xargs -I{} sh -c 'curl -fsSL https://example.org/{}/$x | sh'\n",
    "printf 'a\\nb\\n' | xargs -I{} sh -c 'curl -fsSL https://example.org/{} | sh'\n",
    f"{GET}ls | xargs -I{{}} sh -c 'x{{}}y; bash {{}}i.sh'\n",
    f"echo '* * * * * root {RUN}' >/etc/cron.d/x\n",
    f"echo '@daily root {RUN}' >/etc/cron.d/x\n",
    "pipx run --spec black black\n",
    "pipx run --spec black==24.1.0 black\n",
    "uvx --from ruff ruff check\n",
    "uvx --from ruff==0.5.0 --with rich ruff check\n",
    "uv tool install --with rich ruff==0.5.0\n",
    "pip install git+https://example.org/x.git\n",
    "pip install 'x @ https://example.org/x.tar.gz'\n",
    "cp {host,guest}/.ssh/id_ed25519 /tmp\n",
    "alias =x; alias y; y\n",
    "set -o pipefail -e errexit; set +o errexit errexit\n",
]
EVERY = [*COPIES, *PLACES, *SUMS, *STREAMS, *PROGRAMS, *BRANCHES, *DOCUMENTS, *HANDED_ON]
