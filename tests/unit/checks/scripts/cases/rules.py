"""What single checks look for: strict mode, keys, groups, switches, secrets, waivers, and what cannot be read."""

from __future__ import annotations

from tests.unit.checks.scripts.cases.making import FETCH, each, lines

GROUPS = [
    *each("usermod {} docker me", "-aG -a\\ -G -G --groups -g --gid -s -c --append\\ --groups --groups=x, -aG\\ x,"),
    *each("usermod {} docker,x me", "-aG -G -g"),
    *each("useradd {} docker me", "-G --groups -g --gid -a -U -M -m -s -u -d -c"),
    *each("{} -a me docker", "gpasswd usermod useradd adduser addgroup groupmems groupadd groupmod other"),
    *each("gpasswd {} me docker", "-a --add -M --members -d -A --administrators"),
    *each("groupmems {} me -g docker", "-a --add -d -l"),
    *each("groupmems -a me {} docker", "-g --group -x"),
    *each("groupadd {} me docker", "-U --users -g -r --gid"),
    *each("groupmod {} me docker", "-U --users -n"),
    *each("adduser {} docker me", "-G --ingroup -g --shell -u --uid -s -D --home"),
    *each("chmod {} /var/run/docker.sock", "666 0666 777 660 662 663 667 o+w a+rw +w o+r g-w 0664 622"),
    *each(
        "{} /run/docker.sock",
        "chown\\ me chown\\ me:docker chown\\ root:docker chown\\ Root chmod\\ 666 setfacl\\ -m\\ u:me:rw ls chown chmod setfacl chown\\ -R\\ me",
    ),
    *each(
        "{} /etc/group",
        "sed\\ -i\\ s/docker:x/a/ perl\\ -pi\\ -e\\ s/docker/a/ awk\\ /docker/ sed\\ s/a/b/ cat sed\\ -e\\ s/dock\\ -e\\ er/",
    ),
    *each("echo 'docker:x:999:{}' >>/etc/group", "me me,you"),
    *lines(
        """
        adduser docker
        adduser me docker
        adduser docker me
        addgroup me docker
        addgroup -S docker
        adduser me wheel docker
        usermod -aG docker
        usermod -aG "$x,docker" me
        usermod -aG dockerx,xdocker me
        usermod -a -G wheel -s docker me
        gpasswd docker
        groupadd docker
        sudo usermod -aG docker "$USER"
        chmod 666
        chown me /var/run/docker.sock.bak
        chown me /x/docker.sock
        echo docker:x:999: >>/etc/group
        echo Docker:x:999:me >>/etc/group
        echo 'docker:!::me' >>/etc/gshadow
        echo 'docker:!::me' >>/etc/passwd
        printf 'a:x:1:\\ndocker:x:999:me\\n' >/etc/group
        printf 'a:docker:1:me\\n' >/etc/group
        """
    ),
]
KEYS = [
    *each(
        "{} /Users/me/.ssh/id_ed25519 x",
        "cp mv scp rsync install ln tar cat base64 dd sftp limactl xxd echo printf grep",
    ),
    *each("{} ~/.ssh/id_rsa x", "cp mv scp rsync install ln tar cat base64 dd sftp limactl xxd echo ls"),
    *each("{} x ~/.ssh/id_rsa", "cp tee cat dd ls"),
    *each("{} ~/.ssh", "cp\\ -r cat base64 tar\\ -c dd xxd mv ls"),
    *each("{} ~/.ssh x", "cp mv scp rsync install ln tar cat base64 dd xxd"),
    *each(
        "cp {} x",
        "~/.ssh/id_rsa.pub ~/.ssh/known_hosts ~/.ssh/authorized_keys ~/.ssh/config /etc/ssh/ssh_host_rsa_key ~/.ssh/x.pem id_ecdsa_sk id_dsa.bak ~/.ssh/identity",
    ),
    *each("cp -r {} x", "~/.ssh/ ~/.ssh/. ~/.ssh/* ~/.gnupg ~/.gnupg/private-keys-v1.d ~/.gnupg/ x/.gnupg/* ~/.sshx"),
    *each(
        "cat {}",
        "/mnt/lima-x/.ssh/id_rsa /host/me/.aws/credentials /Users/me/.kube/config /media/x/.netrc /Users/me/.docker/config.json /tmp/lima/.npmrc",
    ),
    *each(
        "cat {}",
        "/Users/me/.config/gh/hosts.yml /Users/me/.git-credentials /Users/me/secring.gpg /Users/me/x /Users/me/.ssh/known_hosts2 /home/me/.netrc",
    ),
    *each("scp {} x", "host.lima.internal:.ssh/id_rsa me@192.168.5.2:.aws/credentials 192.168.5.2:x host:.netrc"),
    *each(
        "dd {} x=y",
        "if=/Users/me/.netrc of=/Users/me/.netrc if=~/.ssh/id_rsa of=~/.ssh/id_rsa xf=/Users/me/.netrc if=a=/Users/me/.netrc",
    ),
    *each("ssh-add {}", "-l -L -d -D -x -X -k ~/.ssh/id_rsa"),
    *each("{} --export-secret-keys", "gpg gpg2 gpgv other"),
    *each("gpg {}", "--export-secret-subkeys --export-secret-keys --import-secret --export --list-secret-keys"),
    *each("gpg --import {}", "secret.asc private.key secring.gpg public.asc x-secret SECRET"),
    *each("{} --import secret.asc", "gpg gpg2 rpm"),
    *each("{}=/Users/me/agent.sock", "SSH_AUTH_SOCK ssh_auth_sock export\\ SSH_AUTH_SOCK OTHER"),
    *lines(
        """
        ssh-add
        ssh-add -q
        gpg secret.asc
        cp
        cp --x ~/.ssh/id_rsa
        cp -t x ~/.ssh/id_rsa
        SSH_AUTH_SOCK=/home/me/agent.sock
        SSH_AUTH_SOCK="/Users/$x/agent.sock"
        SSH_AUTH_SOCK=/Users/me/agent.sock ssh-add -l
        echo x >~/.ssh/id_ed25519
        echo x >~/.ssh/id_ed25519.pub
        tee ~/.ssh/id_rsa <<< x
        ssh-keygen -f ~/.ssh/id_ed25519 -N ''
        """
    ),
    "cat <<E\nx\n-----BEGIN OPENSSH PRIVATE KEY-----\n0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX2yZ3\n-----END OPENSSH PRIVATE KEY-----\nE\n",
    "true; x='-----BEGIN RSA PRIVATE KEY-----\n0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX2yZ3\n'; y='-----BEGIN PRIVATE KEY-----\n0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX2yZ3'\n",
    "# dvm: allow=DVM205 because it is a test\nx='-----BEGIN RSA PRIVATE KEY-----\n0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX2yZ3\n'\n",
]
SWITCHES = [
    *each(
        "curl {} -o /dev/null https://example.org",
        "-k -sk -skL --insecure --proxy-insecure --doh-insecure -Hk -H\\ -k -K\\ k -ok -o\\ k --key -#k -A\\ -k --k -xk -kx",
    ),
    *each("curl -o /dev/null {} https://example.org", "-d\\ -k -s\\ -k -sd\\ -k -e\\ --insecure -sS\\ --insecure"),
    *each("conda {} x", "-k --insecure -c\\ -k -nk -c\\ k"),
    *each(
        "wget {} -O /dev/null x",
        "--no-check-certificate --no-hsts-check --check-certificate=off --check-certificate=quiet --check-certificate -e\\ check_certificate=off --execute\\ check_certificate=off",
    ),
    *each("{} --no-check-certificate -O /dev/null x", "wget wget2 curl"),
    *each("{} --insecure", "helm oras npm pnpm yarn npx bun curl conda mamba other"),
    *each("{} --trusted-host x", "pip pip3 uv uvx npm"),
    *each("{} --verify=no x", "http https xh curl"),
    *each("{} --allow-unauthenticated", "apt apt-get aptitude dnf"),
    *each("{} --nogpgcheck", "dnf yum dnf5 microdnf zypper apt"),
    *each("{} --tls-verify=false", "docker podman nerdctl buildah skopeo other"),
    *each("{} -o StrictHostKeyChecking=no x", "ssh scp sftp rsync"),
    *each("{} -oStrictHostKeyChecking=no x", "ssh scp sftp"),
    *each("ssh {} x", "-o\\ StrictHostKeyChecking=off -o\\ StrictHostKeyChecking=yes -o\\ stricthostkeychecking=NO"),
    *lines(
        """
        aria2c --check-certificate=false -o /dev/null x
        rpm --nosignature -i x
        apk --allow-untrusted add a=1
        git -c http.sslVerify=false fetch
        git -c HTTP.SSLVERIFY=false fetch
        git config http.sslVerify false
        git config http.https://x.sslVerify 0
        git config http.sslVerify true
        kubectl --insecure-skip-tls-verify get x
        gem -P NoSecurity x
        gem --trust-policy=LowSecurity x
        flatpak --no-gpg-verify x
        snap ack --dangerous
        pacman --disable-signature x
        go env -insecure
        node --tls-reject-unauthorized=0
        gpg --trust-model=always x
        gpg --trust-model always x
        cosign --allow-insecure-registry x
        dpkg --force-all x
        rsync -e 'ssh -o StrictHostKeyChecking=no' x y
        lftp -e 'set ssl:verify-certificate no'
        svn --trust-server-cert x
        apt-get -o Acquire::https::Verify-Peer=false update
        apt-get -oAcquire::https::x::Verify-Host=0 update
        apt-get -o APT::Get::AllowUnauthenticated=true update
        apt-get -o Acquire::AllowInsecureRepositories=yes update
        apt-get -o Acquire::https::Verify-Peer=true update
        npm config set strict-ssl false
        npm config set strict-ssl=false
        npm config set strict-ssl true
        yarn config set enableStrictSsl off
        yarn config set checksumBehavior ignore
        yarn config set unsafeHttpWhitelist '*'
        pnpm config set verify-store-integrity false
        pip config set global.trusted-host x
        pip config set global.index-url x
        conda config --set ssl_verify false
        composer config disable-tls true
        go env -w GOSUMDB=off
        go env -w GOINSECURE=x
        gem x :ssl_verify_mode 0
        zypper ar --gpgcheck off x
        dnf --setopt gpgcheck=0 x
        dnf --setopt=gpgcheck=0 x
        dnf config-manager --setopt x.sslverify=false
        dnf-config-manager --setopt gpgcheck=0
        sed -i s/gpgcheck=1/gpgcheck=0/ /etc/dnf/dnf.conf
        sed -i s/gpgcheck=0/gpgcheck=1/ /etc/dnf/dnf.conf
        crudini --set x main gpgcheck=0
        awk 'sslverify = off'
        perl -pi -e 's/a/strict-ssl=false/' x
        echo gpgcheck=0
        curl -k -o /dev/null x; curl --insecure -o /dev/null y
        curl
        """
    ),
    *[
        f"export {name}={value}\n"
        for name, value in (
            ("GIT_SSL_NO_VERIFY", "1"),
            ("GIT_SSL_NO_VERIFY", "false"),
            ("git_ssl_no_verify", "1"),
            ("NODE_TLS_REJECT_UNAUTHORIZED", "0"),
            ("NODE_TLS_REJECT_UNAUTHORIZED", "1"),
            ("PYTHONHTTPSVERIFY", "0"),
            ("PIP_TRUSTED_HOST", "x"),
            ("UV_INSECURE_HOST", "x"),
            ("npm_config_strict_ssl", "false"),
            ("NPM_CONFIG_STRICT_SSL", "true"),
            ("YARN_ENABLE_STRICT_SSL", "0"),
            ("YARN_CHECKSUM_BEHAVIOR", "ignore"),
            ("GOINSECURE", "x"),
            ("GONOSUMDB", "'*'"),
            ("GONOSUMDB", "x"),
            ("GONOSUMCHECK", "1"),
            ("GOSUMDB", "off"),
            ("GOFLAGS", "-insecure"),
            ("PERL_LWP_SSL_VERIFY_HOSTNAME", "0"),
            ("GIT_SSH_COMMAND", "'ssh -o StrictHostKeyChecking=no'"),
            ("RSYNC_RSH", "'ssh -oStrictHostKeyChecking=no'"),
            ("CURL_CA_BUNDLE", "''"),
            ("REQUESTS_CA_BUNDLE", "/dev/null"),
            ("SSL_CERT_FILE", "/dev/null"),
            ("CONDA_SSL_VERIFY", "no"),
            ("HOMEBREW_NO_VERIFY_ATTESTATIONS", "1"),
            ("CARGO_HTTP_CHECK_REVOKE", "false"),
            ("CARGO_HTTP_SSL_VERIFY", "0"),
            ("OTHER", "0"),
        )
    ],
    "GIT_SSL_NO_VERIFY=1 git fetch\n",
    "GIT_SSL_NO_VERIFY=1; git fetch\n",
    *[
        f"echo '{line}' >{name}\n"
        for name, line in (
            ("/etc/yum.repos.d/a.repo", "gpgcheck=0"),
            ("/etc/yum.repos.d/a.repo", "gpgcheck=1"),
            ("/etc/dnf/dnf.conf", "sslverify = false"),
            ("/etc/apt/sources.list", "deb [trusted=yes] http://x y z"),
            ("/etc/apt/sources.list.d/a.sources", "Trusted: yes"),
            ("/etc/apt/apt.conf.d/x", 'Acquire::https::Verify-Peer "false";'),
            ("/etc/apt/apt.conf.d/x", 'APT::Get::AllowUnauthenticated "1";'),
            ("/etc/apt/apt.conf", 'Acquire::AllowInsecureRepositories "true";'),
            ("~/.npmrc", "strict-ssl=false"),
            ("~/.yarnrc.yml", "enableStrictSsl: false"),
            ("/etc/pip.conf", "trusted-host = x"),
            ("~/.curlrc", "insecure"),
            ("~/.curlrc", "-k"),
            ("~/.wgetrc", "check_certificate = off"),
            ("~/.gitconfig", "sslVerify = false"),
            ("~/.ssh/config", "StrictHostKeyChecking no"),
            ("/etc/pacman.conf", "SigLevel = Never"),
            ("/etc/containers/registries.conf", "insecure = true"),
            ("/etc/docker/daemon.json", '"insecure-registries": ["x"]'),
            ("/etc/containers/policy.json", '"type": "insecureAcceptAnything"'),
            ("~/.cargo/config.toml", "check-revoke = false"),
            ("~/.condarc", "ssl_verify: false"),
            ("~/.bashrc", "export NODE_TLS_REJECT_UNAUTHORIZED=0"),
            ("/etc/environment", "GIT_SSL_NO_VERIFY=1"),
            ("~/.profile", 'PYTHONHTTPSVERIFY="0"'),
            ("/tmp/x", "gpgcheck=0"),
            ("/tmp/x", "insecure"),
            ("$x", "gpgcheck=0"),
        )
    ],
    "cat >/etc/yum.repos.d/a.repo <<E\n[a]\n  gpgcheck=0 ;\nE\n",
]
SECRETS = [
    *each("tool {} kX9vTq2mWz", "--password --token --api-key -password --passwordx --secret --user -p --pass"),
    *each("tool {}=kX9vTq2mWz", "--password token DB_PASSWORD --x xtoken api_key --token-file"),
    *each("{}=kX9vTq2mWz", "DB_PASSWORD export\\ TOKEN local\\ secret x readonly\\ API_KEY passwd_file"),
    *each(
        "{} me:kX9vTq2mWz https://example.org/x",
        "curl\\ -o\\ /dev/null\\ -u curl\\ -o\\ /dev/null\\ --user curl\\ -o\\ /dev/null\\ -su wget\\ -O\\ /dev/null\\ --auth http\\ -o\\ x\\ -a other\\ -u curl\\ -o\\ /dev/null\\ -x",
    ),
    *each("{} kX9vTq2mWz x", "sshpass\\ -p redis-cli\\ -a mysql\\ -p mariadb\\ -p mysqladmin\\ -p psql\\ -p"),
    *each("{}kX9vTq2mWz x", "sshpass\\ -p redis-cli\\ -a mysql\\ -p mariadb\\ -p mysqladmin\\ -p psql\\ -p"),
    *each("{} <<< \"alter user me password 'kX9vTq2mWz'\"", "psql mysql mariadb sqlplus mongosh sqlite3"),
    *each("{} -c \"alter user me identified by 'kX9vTq2mWz'\"", "psql mysql other"),
    *each("echo {} | chpasswd", "me:kX9vTq2mWz me me:x"),
    *each("echo {} | passwd --stdin me", "kX9vTq2mWz x"),
    *[
        f"curl -o /dev/null -H '{header}: kX9vTq2mWz1234' https://example.org\n"
        for header in (
            "Authorization",
            "X-Api-Key",
            "Private-Token",
            "Cookie",
            "X-Auth-Token",
            "Accept",
        )
    ],
    *lines(
        """
        curl -o /dev/null -H 'Authorization: Basic kX9vTq2mWz1234' https://example.org
        curl -o /dev/null -H 'authorization: token kX9vTq2mWz1234' https://example.org
        curl -o /dev/null --header='X-Auth-Token: kX9vTq2mWz1234' https://example.org
        openssl enc -pass pass:kX9vTq2mWz -in x
        openssl enc -pass pass:x
        npm config set //example.org/:_authToken kX9vTq2mWz
        npm config get //example.org/:_authToken kX9vTq2mWz
        git config --add x.token kX9vTq2mWz
        aws configure set x.secret kX9vTq2mWz
        set token kX9vTq2mWz
        tool set token
        tool a b c set token kX9vTq2mWz
        tool --password=kX9vTq2mWz --token=kX9vTq2mWy
        tool --password --other
        tool --password "$x"
        tool --password=''
        docker run -e TOKEN=kX9vTq2mWz a:1
        echo 'machine example.org login me password kX9vTq2mWz' >~/.netrc
        echo 'login me password kX9vTq2mWz' >x
        printf 'a: 1\\nPassword: kX9vTq2mWz\\n' >x
        echo 'export TOKEN=kX9vTq2mWz' >x
        echo '{"token": "kX9vTq2mWz", "x": 1}' >x
        echo "token = 'kX9vTq2mWz'" >x
        echo 'token => kX9vTq2mWz' >x
        echo 'token: changeme' >x
        echo 'x: kX9vTq2mWz' >x
        x=ghp_0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX; echo $x
        # ghp_0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX
        true; echo glpat-0aB1cD2eF3gH4iJ5kL6m
        curl -fsSL -H "X: ghp_0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX" https://example.org/i.sh | sh
        TOKEN=kX9vTq2mWz; curl -fsSL "https://example.org/?t=kX9vTq2mWz" | sh
        TOKEN=kX9vTq2mWzkX9vTq2mWzkX9vTq2mWz; curl -fsSL "https://example.org/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx?t=kX9vTq2mWzkX9vTq2mWzkX9vTq2mWz" | sh
        PASSWORD='two  blanks'; curl -fsSL "https://example.org/two  blanks" | sh
        PASSWORD=abcd; curl -fsSL https://example.org/abcd | sh
        """
    ),
]
RUN = f"{FETCH} | sh"
WAIVERS = [
    *[
        f"{comment}\n{RUN}\n"
        for comment in (
            "# dvm: allow=DVM202 because it is a test",
            "# dvm: allow=DVM202",
            "# dvm: allow=",
            "# dvm: allow",
            "# dvm: allow because x y",
            "# dvm: allow=because x",
            "# dvm: allow=DVM202 because",
            "# dvm: allow=DVM202 because x",
            "# dvm: allow=DVM202 because .",
            "# dvm: allow=DVM202, because it is a test",
            "# dvm: allow=DVM202,DVM203 because it is a test",
            "# dvm: allow=DVM202,BECAUSE it is",
            "# dvm: allow=DVM299,DVM101 because it is a test",
            "# dvm: allow=dvm202 because it is a test",
            "# DVM: ALLOW=DVM202 BECAUSE it is a test",
            "## dvm:allow DVM202 because: it is a test",
            "# dvm: allow=DVM202 since it is a test",
            "# dvm: allow=DVM203 because it is a test",
            "# dvm: allowing",
            "# dvm: allow=DVM202 because it is a test\n# more",
            "# dvm: allow=DVM202 because it is a test\n\n# more",
            "# before\n# dvm: allow=DVM202 because it is a test",
            "# dvm: allow=DVM204 because one is\n# dvm: allow=DVM202 because two are",
            "# dvm: allow=()",
        )
    ],
    f"{RUN} # dvm: allow=DVM202 because it is a test\n",
    f"{RUN} # dvm: allow=DVM202 because it is a test\n{RUN}\n",
    "curl -fsSL \\\n  https://example.org/i.sh \\\n  | sh # dvm: allow=DVM202 because it is a test\n",
    "# dvm: allow=DVM202 because it is a test\ncurl -fsSL \\\n  https://example.org/i.sh \\\n  | sh\n",
    f"if true; then\n  {RUN}\nfi # dvm: allow=DVM202 because it is a test\n",
    f"# dvm: allow=DVM202 because it is a test\nif true; then\n  {RUN}\nfi\n",
    f"# dvm: allow=DVM202 because it is a test\nbash -c '\ntrue\n{RUN}\n'\n",
    f"bash -c '\ntrue\n{RUN}\n' # dvm: allow=DVM202 because it is a test\n",
    "true\n# dvm: allow=DVM204 because it is a test\nnpm i -g a\nnpm i -g b\n",
    "# dvm: allow=DVM202 because it is a test\nif if if\n",
    "# dvm: allow=DVM402 because it is a test\necho glpat-0aB1cD2eF3gH4iJ5kL6m\n",
    "# dvm: allow=DVM203,DVM204 because it is a test\nnpm i -g a\n",
    "x=1 # dvm: allow=DVM204 because it is a test\n  # dvm: allow=DVM204 because it is a test\n  npm i -g a\n",
    "echo '# dvm: allow=DVM204 because it is a test'\nnpm i -g a\n",
]
UNREADABLE = [
    "if if if\n",
    "x=(\n",
    "echo 'a\n",
    ")\n",
    "a)\n b)\n c)\n",
    "))\n(\n}}\n{{\n",
    "fi\ndone\nesac\nfi\ndone\nesac\nfi\n",
    "true\ntrue\nif true; then\n  " + RUN + "\n",
    "case a in\n",
    "# x\n) # y\n",
    "for x\ndo echo; done\n",
    "case a in a) x ;& b) y ;; esac\n",
    "echo ${x\n",
    "echo $(x\n",
    "echo `x\n",
    "[[ a\n",
    "((1\n",
    "  )\n" + "  # é )\n",
    "é )\n",
    f"true; ) {RUN}\n",
    "x='" + "é" * 50 + "'; )\n",
    ") " + "x" * 100 + "\n",
    "\n".join(")" for _ in range(7)) + "\n",
    "a <<< b > c\n",
    "a > b <<< c\n",
    "a 3<> b\n",
    "echo ${a:$b:1}\n",
    "echo ${a:$b:1} )\n",
    "echo ${a:$b}\n",
    "x\0y\n",
    "{ }\n",
    "function\n",
    "((((\n",
    f"bash -c 'if if; {RUN}'\n",
    "eval 'x\0'\n",
    "bash -c 'cat <<E\nx\n E\nE'\n",
]
FILES = [
    *each(
        f"echo '{RUN}' >{{}}",
        "x.sh x.bash x.zsh x.dash x ~/.bashrc ~/.profile ~/.bash_profile ~/.zshrc /etc/profile /etc/profile.d/x /etc/cron.daily/x .git/hooks/x /etc/rc.local ~/.envrc x.txt /etc/zsh/zshrc",
    ),
    *each(
        f"{FETCH} >{{}}",
        "x.sh ~/.bashrc ~/.profile /etc/profile.d/x.sh /etc/profile.d/x /etc/cron.hourly/x .git/hooks/pre-commit x.txt",
    ),
    *each(
        f"echo '#!{{}}\n{RUN}' >x",
        "/bin/sh /bin/bash /usr/bin/env\\ bash /usr/bin/env\\ -S\\ bash /bin/zsh /bin/ksh /bin/dash /usr/bin/python3 /bin/cat",
    ),
    *each(f"echo '#!{{}}\n{RUN}' >x; ./x", "/bin/sh /usr/bin/python3 /usr/bin/perl /usr/bin/ruby"),
    *each(f"echo '{{}} {RUN}' >/etc/cron.d/x", "*\\ *\\ *\\ *\\ *\\ root @daily @daily\\ me # ''"),
    *each(f"echo '0 5 * * * {RUN}' >{{}}", "/etc/crontab /var/spool/cron/me /etc/cron.d/x /etc/cron.x"),
    *each(f"printf '[Service]\\nExecStart={{}}{RUN}\\n' >/etc/systemd/system/x.service", "'' - @ +! /bin/"),
    *each(f"echo 'ExecStart={RUN}' >x.{{}}", "service timer path socket conf"),
    *lines(
        f"""
        echo 'ExecStart=/bin/bash -c "{RUN}"' >x.service
        echo "ExecStart=$x {RUN}" >x.service
        echo "ExecStart={RUN}" >x.service; bash x.service
        echo 'curl() {{ true; }}; alias sh=true; x=1; set -- a' >x.sh; {RUN}; npm i -g "$x" "$1"
        x=1; echo 'npm i -g $x $1' >x.sh; f() {{ echo 'npm i -g y$1' >y.sh; }}; f a
        echo "$x" >/etc/cron.d/x
        echo >x.sh; printf '' >x.sh; printf '   ' >x.sh
        echo "$x$({FETCH})" >~/.bashrc
        echo "   $({FETCH})" >~/.bashrc
        {FETCH} >>~/.bashrc
        echo 'a' >x.sh; echo '{RUN}' >>x.sh
        printf '%s\\n' '#!/bin/sh' '{RUN}' >x; chmod +x x; ./x
        echo '{" " * 110}#!/bin/sh {RUN}' >x
        echo 'a b' | tee x.sh; bash x.sh
        """
    ),
]
EVERY = [*GROUPS, *KEYS, *SWITCHES, *SECRETS, *WAIVERS, *UNREADABLE, *FILES]

# Scripts whole, without strict mode in front of them.
WHOLE = [
    *[
        f"{first}\nls\n"
        for first in (
            "set -Eeuo pipefail",
            "set -euE -o pipefail",
            "set -e",
            "set -e; set -u; set -E; set -o pipefail",
            "set -o errexit -o nounset -o pipefail -o errtrace",
            "set -Eeuo pipefail; set +u",
            "set -Eeuo pipefail; set +o pipefail",
            "set -Eeuo",
            "set -- -Eeuo pipefail",
            "set - -Eeuo pipefail",
            "set -Eeu -- x; set -o pipefail",
            "set x -Eeuo pipefail",
            "set -Eeuox pipefail",
            "set -Eeuo other",
            "set -o pipefail -Eeu",
            "set +x -Eeuo pipefail",
            "set",
            "#!/bin/bash -Eeu",
            "#!/bin/bash",
            "#!/usr/bin/env bash -e\nset -e",
            "x #!/bin/bash -e",
            "# -e\nset -e",
            "export A=b; set -Eeuo pipefail",
            "shopt -s x; readonly x; umask 77; trap x EXIT; cd /; echo a; printf b; :; true; alias x=y; set -Eeuo pipefail",
            "ls; set -Eeuo pipefail",
            "f() { set -Eeuo pipefail; }; f",
            "if true; then set -Eeuo pipefail; fi",
            "set -Eeuo pipefail || true",
            "set -Ee && set -uo pipefail",
            "bash -c 'set -Eeuo pipefail'",
        )
    ],
    "",
    "\n",
    "# only a comment\n",
    "set -e\n",
    "x=1\n",
    "\n\n  ls\n",
    "set -e\nset -u\n",
    "echo\n",
    "#!/bin/bash -e\n",
    "#!/bin/bash\n# -e\nls\n",
    "\ufeffset -Eeuo pipefail\nls\n",
    "f() { ls; }\n",
    "true # " + "x" * (129 << 10),
    "true # " + "x" * (127 << 10),
]
