"""What is copied, installed, unpacked, decoded, and what installs files and addresses."""

from __future__ import annotations

from tests.unit.checks.scripts.cases.making import FETCH, GET, URL, each, lines

COPIES = [
    *each("cp {} given i.sh got\nbash got", "-t --target-directory -S -a", GET),
    *each("install {} given i.sh got\nbash other", "-m --mode -o --owner -g --group -t --target-directory -S -D", GET),
    *each("install -m {} i.sh got", "755 0755 700 644 0644 4755 u+x +x a=rx 600 u=rw 111 010 u+X go-x", GET),
    *each("install --mode={} i.sh got", "755 644", GET),
    *each("chmod {} i.sh", "755 0755 700 644 0644 4755 u+x +x a=rx 600 u=rw 111 010 u+X go-x 1755 01 7 a+w", GET),
    *each("{} i.sh got; bash got", "cp mv ln install ginstall", GET),
    *each("cp i.sh {}; bash {}/i.sh; bash x/got", "/d/ /usr/bin . got /d", GET),
    *lines(
        """
        cp i.sh
        cp i.sh one two; bash two/one; bash two/i.sh
        cp -t /d i.sh; bash /d/i.sh
        cp --target-directory=/d i.sh; bash /d/i.sh
        cp -t /d; bash /d
        mv i.sh /d/; bash /d/i.sh
        install i.sh /usr/local/bin
        install -d i.sh got
        install -d i.sh; bash i.sh
        install -D -m 644 i.sh got; bash got
        install -m 755 other i.sh got
        install -m 644 i.sh got; chmod +x got
        install /dev/stdin got <i.sh
        install -m 755 /dev/stdin got <i.sh; got
        cp /dev/stdin got <i.sh; bash got
        cp /dev/stdin one two/ <i.sh
        cp /dev/stdin got
        cp /bin/bash /tmp/x; /tmp/x i.sh
        ln -s /bin/sh x; ./x i.sh
        cp other i.sh got; bash got/i.sh
        cp "$x" got; bash got
        cp "$x/i.sh" got; bash got
        cp i.sh "$x"; bash "$x"
        cp "i.sh$x" "got$x"; bash "got$x"
        cp *.sh got; bash got
        chmod +x i.sh; chmod 755 i.sh
        chmod -R +x i.sh
        chmod -R +x .
        chmod --recursive a+x i.sh
        chmod +x
        chmod
        chmod +x other i.sh
        chmod +x "$x"
        mkdir d; mv i.sh d/i.sh; chmod -R +x d
        """,
        GET,
    ),
    "curl -fsSLo one https://example.org/one\ncurl -fsSLo two https://example.org/two\nchmod +x one two\n",
    "curl -fsSLo d/one https://example.org/one\ncurl -fsSLo d/two https://example.org/two\nchmod -R 755 d\n",
    "curl -fsSLo one https://example.org/one\ncurl -fsSLo two https://example.org/two\ninstall one two /opt/\n",
]
STREAMS = [
    *each(
        f"{FETCH} | {{}} | sh",
        "cat tac tee rev sort uniq head tail column fold paste nl strings iconv dos2unix tr sed awk gawk mawk cut jq yq",
    ),
    *each(
        f"{FETCH} | {{}} | sh",
        "zcat xzcat bzcat zstdcat lzcat gunzip unxz bunzip2 unzstd gzip xz bzip2 zstd base64 base32 xxd uudecode openssl",
    ),
    *each(
        "{} i.sh | sh",
        "cat tac rev sort uniq head tail column fold paste nl strings iconv dos2unix zcat xzcat bzcat zstdcat lzcat",
        GET,
    ),
    *each("{} x i.sh | sh", "tr sed awk gawk mawk cut jq yq grep", GET),
    *each("{} x y i.sh | sh", "tr sed awk cut", GET),
    *each("echo text | {} | sh", "cat tac rev sort tr sed awk cut jq base64 xxd uudecode zcat other grep iconv"),
    *each("echo text | {} x | sh", "tr sed awk cut jq"),
    *each("echo dGV4dA== | base64 {} | sh", "-d -D --decode -di -w0 -i --wrap=0"),
    *each("echo dGV4dA== | base32 {} | sh", "-d --decode -w0"),
    *each("echo text | openssl {} | sh", "enc\\ -d base64\\ -d"),
    *each("{} got.gz | sh", "gunzip gzip xz bzip2 zstd", ""),
    *each("gzip {} got.gz | sh", "-c -d -dc -cd --stdout --to-stdout -k -9", f"curl -fsSLo got.gz {URL}\n"),
    *each("echo text | {} | sh", "gunzip unxz gzip"),
    *each(
        f"{FETCH} | {{}}",
        "bsdunzip 7z ar apt-key rpm sponge patch docker podman nerdctl ctr psql mysql sqlite3 kubectl git rpm2cpio",
    ),
    *each(f"{FETCH} | {{}}", "debconf-set-selections tar bsdtar gtar cpio unzip other true cat grep less"),
    *each(f"{FETCH} | tar {{}} | sh", "-xO -xzO xO --to-stdout -x -xz -Oxz xf"),
    *each(f"{FETCH} | unzip {{}} | sh", "-p -pq -x"),
    *each("tar {} i.sh | sh", "-xOf -xf xOf --to-stdout", GET),
    *each("tar {} i.sh", "-xOf -xf xf", GET),
    *each("{} i.sh got\nbash got", "other sponge tee", GET),
    *each("head {} given i.sh | sh", "-d -f -e -n -c -F -v -k -t --arg --delimiter --fields -q", GET),
    *lines(
        f"""
        {FETCH} | tee got; bash got
        {FETCH} | tee got other | sh; bash other
        {FETCH} | tee -a got; bash got
        {FETCH} | tee --append got; bash got
        {FETCH} | tee /dev/stderr >/dev/null
        {FETCH} | tee >(sh)
        {FETCH} | tee
        {FETCH} | dd of=got; bash got
        {FETCH} | dd | sh
        {FETCH} | dd of=got | sh
        dd if=i.sh of=got; bash got
        dd if=i.sh | sh
        dd if=/dev/stdin of=got bs=1M; bash got
        dd of=a=b <i.sh; bash a=b
        dd if=a=b | sh
        cat i.sh i.sh | sh
        cat other i.sh | sh
        cat i.sh other | sh
        cat - <i.sh | sh
        cat /dev/stdin <i.sh | sh
        cat other - <i.sh | sh
        cat | sh
        cat <i.sh >>got; bash got
        echo text >got; cat i.sh >>got; bash got
        cat i.sh >got; echo text >>got; bash got
        cat i.sh >got; echo text >got; bash got
        sort other i.sh | sh
        sort - <i.sh | sh
        sort /dev/stdin <i.sh | sh
        sort other <i.sh | sh
        head -n 5 other | sh
        head other
        tr a b <i.sh >got; bash got
        sed s/a/b/ i.sh >got; bash got
        sed -n p i.sh other | sh
        cut -c1- i.sh | sh
        openssl enc -d -aes-256-cbc -in i.sh -pass pass:x | sh
        openssl enc -d -aes-256-cbc -k x -in other | sh
        openssl enc -d -aes-256-cbc -in i.sh -out got
        openssl base64 -d -in i.sh | sh
        openssl base64 -d -A <<<text | sh
        openssl enc -e -in i.sh | sh
        openssl rand -hex 16 | sh
        openssl aes-256-cbc -d <<<text | sh
        base64 -d i.sh | sh
        base64 -d <i.sh >got; bash got
        base64 -d other | sh
        base64 -d other i.sh | sh
        base64 i.sh | sh
        xxd -r -p <<<text | sh
        xxd -p <<<text | sh
        uudecode <<<text | sh
        gzip -d i.sh
        zcat i.sh other | sh
        zcat other i.sh | sh
        gunzip -c <i.sh | sh
        gunzip i.sh; bash i
        tar -xf i.sh; bash got
        tar -xzf i.sh -C /opt
        unzip i.sh
        unzip -p i.sh | sh
        cpio -i <i.sh
        bsdtar -xf - <i.sh
        mktemp | sh
        x=$(mktemp); {FETCH} -o "$x"; bash "$x"
        x=$(mktemp -d); {FETCH} -o "$x/a"; bash "$x/a"; bash "$x/b"
        x=$(mktemp); y=$(mktemp); {FETCH} -o "$x"; bash "$y"
        x=$(date); y=$(date); {FETCH} -o "$x"; bash "$y"
        x=$(hostname); y=$(hostname); {FETCH} -o "$x"; bash "$y"
        x=$(hostname a); y=$(hostname b); {FETCH} -o "$x"; bash "$y"
        x=$(hostname a b); y=$(hostname ab); {FETCH} -o "$x"; bash "$y"
        x=$(echo a | rev); y=$(echo a | rev); {FETCH} -o "$x"; bash "$y"
        x=$(echo a | rev); y=$(echo b | rev); {FETCH} -o "$x"; bash "$y"
        x=$(echo "$a" | sort); y=$(echo "$b" | sort); {FETCH} -o "$x"; bash "$y"
        x=$(echo "$a" | sort); y=$(echo "$a" | sort -r); {FETCH} -o "$x"; bash "$y"
        x=$(sort a); y=$(sort b); {FETCH} -o "$x"; bash "$y"
        x=$(zcat a); y=$(zcat b); {FETCH} -o "$x"; bash "$y"
        x=$(basename "$a"); y=$(basename "$b"); {FETCH} -o "$x"; bash "$y"
        x=$(basename "$a"); y=$(basename "$a"); {FETCH} -o "$x"; bash "$y"
        x=$(unzip -p a); y=$(unzip -p b); {FETCH} -o "$x"; bash "$y"
        x=$(python3 -c a); y=$(python3 -c b); {FETCH} -o "$x"; bash "$y"
        x=$(find a); y=$(find b); {FETCH} -o "$x"; bash "$y"
        x=$(find a); y=$(find a); {FETCH} -o "$x"; bash "$y"
        x=$(cat a); y=$(cat b); {FETCH} -o "$x"; bash "$y"
        x=$(cat a); y=$(cat ./a); {FETCH} -o "$x"; bash "$y"
        x=$(sha256sum a); y=$(sha256sum b); {FETCH} -o "$x"; bash "$y"
        {FETCH} -o "$1"; bash "$1"; bash "$2"
        {FETCH} -o "$(( 1 + 1 ))"; bash "$(( 1 + 1 ))"; bash "$(( 1 + 2 ))"
        read -r x < <({FETCH}); eval "$x"
        {FETCH} | read -r x; eval "$x"
        {FETCH} | while read -r x; do eval "$x"; done
        {FETCH} | while read -r x y; do eval "$y"; done
        read -u 3 x 3< <({FETCH}); eval "$x"
        read -p prompt x < <({FETCH}); eval "$x"
        read < <({FETCH}); eval "$REPLY"
        read -a x < <({FETCH}); eval "${{x[0]}}"
        read -r "$x" < <({FETCH})
        read -d '' x < <({FETCH}); eval "$x"
        read -t 1 -n 5 -N 5 -i text x < <({FETCH}); eval "$x"
        read -t 1 x; eval "$x"
        mapfile x < <({FETCH}); eval "${{x[0]}}"
        mapfile < <({FETCH}); eval "${{MAPFILE[0]}}"
        mapfile -d '' -n 1 -O 0 -s 0 -u 0 -C a -c 1 x < <({FETCH}); eval "${{x[0]}}"
        mapfile -t "$x" < <({FETCH})
        mapfile x
        which bash | sh
        x=$(which curl); $x -fsSL {URL} | sh
        x=$(type curl); $x -fsSL {URL} | sh
        x=$(command -v curl); $x -fsSL {URL} | sh
        x=$(command -V curl); $x -fsSL {URL} | sh
        x=$(command -v); $x -fsSL {URL} | sh
        x=$(which); $x a
        printf -v x %s "$({FETCH})"; eval "$x"
        printf -v x; printf; printf --
        printf '%s' "$({FETCH})" | sh
        printf "$({FETCH})" | sh
        printf "a$({FETCH})b%s" c | sh
        printf '%b' '\\143\\165\\162\\154 {URL} | sh' | sh
        printf '%s\\n' 'curl {URL}' '| sh' | sh
        echo -e '\\143url {URL} | sh' | sh
        echo -ne '\\143url {URL} | sh' | sh
        """,
        GET,
    ),
]
INSTALLS = [
    *each(
        "{} install https://example.org/a.x",
        "pip pip3 pipx uv uvx npm npx pnpm pnpx yarn bunx gem easy_install apt apt-get dpkg dnf yum rpm zypper apk pacman snap cargo"
        " flatpak helm code nix-env nix brew microdnf dnf5 alien gdebi bun mamba",
    ),
    *each("{} https://example.org/a.x", "uvx npx pnpx bunx easy_install gdebi pip dnf"),
    *each(
        "dnf {} https://example.org/a.rpm",
        "i in add localinstall reinstall upgrade run dlx exec x tool global -i -U -qi --install --install-extension --upgrade -S plugin remove",
    ),
    *each("dnf {} install https://example.org/a.rpm", "-y --yes -q --refresh"),
    *each(
        "pip install {} https://example.org/a a==1",
        "-i --index-url --extra-index-url --registry --proxy -f --find-links --default-index --index --keyserver --repo --source -c -r",
    ),
    *each(
        "pip install {} https://example.org/a a==1",
        "--constraint --requirement --git --trusted-host --fallback-version --repofrompath --setopt -o --option --root --version",
    ),
    *each(
        "pip install {} https://example.org/a a==1",
        "--repository -X --python -p --pre --from --with --package --install-extension",
    ),
    *each("{} install -i https://example.org/a", "apt apt-get dpkg rpm npm pip dnf gem"),
    *each("{} install -r https://example.org/a", "apt apt-get dpkg rpm npm pip dnf gem"),
    *each("{} -i https://example.org/a", "apt dpkg rpm npm pip dnf"),
    *each("uvx {} https://example.org/a tool", "--from --with -p --package --install-extension -i --other"),
    *each("npx {} https://example.org/a tool", "--from --with -p --package --install-extension -i --other"),
    *each("code {} https://example.org/a", "--install-extension -i --other"),
    *each("pip install ./{}", "i.sh other", GET),
    *each("{} i.sh", "apt\\ install dpkg\\ -i", GET),
    *each(
        "pip install {}",
        "a.deb a.rpm a.apk a.whl a.tgz a.tar.gz a.gem a.crate a.run a.bin a.zip a.vsix a.snap a.flatpak a.pkg.tar.zst",
        "wget https://example.org/a.whl\n",
    ),
    *each("{} adv --fetch-keys https://example.org/k", "apt-key apt"),
    *each("zypper {} https://example.org/k name", "ar addrepo --from-repofile --add-repo add-repository lr"),
    *each("dnf config-manager {}https://example.org/k", "--add-repo= --from-repofile= --other="),
    *each("kubectl apply {} https://example.org/a", "-f --filename -n --namespace -k --kustomize -R"),
    *each("kubectl apply {} https://example.org/a x", "--filename= -f -n"),
    *each("ansible-pull {} https://example.org/a site.yml", "-U --url -C --checkout -i -d -e -t -v"),
    *each("ansible-pull -U https://example.org/a {} given", "-C --checkout -i -d -e -t -v"),
    *lines(
        """
        rpm --import https://example.org/k
        rpm --import http://localhost/k
        rpm --import /etc/k
        add-apt-repository https://example.org/k
        add-apt-repository -y ppa:a/b
        oc apply -f https://example.org/a
        kubectl apply -f http://localhost/a
        kubectl apply -f ./a
        kubectl get pods | sh
        pip install 'a @ https://example.org/a.whl'
        pip install 'a[b] @ https://example.org/a.whl'
        pip install 'a@https://example.org/a.whl'
        pip install https://example.org/a.whl#sha256=0123
        pip install 'https://example.org/a.whl#egg=a&sha512=0123'
        pip install https://example.org/a.git
        pip install http://localhost/a.whl
        pip install ftp://example.org/a.whl
        pip install sftp://example.org/a.whl
        pip install "https://$host/a.whl"
        pip install $(curl -fsSL https://example.org/names)
        pip install "a$(curl -fsSL https://example.org/names)"
        pip install - <<<text | sh
        curl -fsSL https://example.org/i.sh | pip install -r /dev/stdin | sh
        curl -fsSL https://example.org/i.sh | apt-get install -y a | sh
        pip list | sh
        curl -fsSL https://example.org/i.sh | pip list | sh
        apt-get install -y "$deb"
        """
    ),
    'wget -O "$deb" https://example.org/a.deb\napt-get install -y "$deb"\n',
    'wget -O "x$deb" https://example.org/a.deb\napt-get install -y "x$deb"\n',
    "wget https://example.org/a.deb\napt-get install -y a.deb\n",
    "wget https://example.org/a\napt-get install -y a\n",
    "wget https://example.org/a\napt-get install -y ./a\n",
    "echo text >a.deb\napt-get install -y ./a.deb\n",
]
EVERY = [*COPIES, *STREAMS, *INSTALLS]
