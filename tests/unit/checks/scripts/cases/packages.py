"""What package managers are asked for: exact versions, names, addresses, files."""

from __future__ import annotations

from tests.unit.checks.scripts.cases.making import COMMIT, each, lines

NPM = [
    *each(
        "npm i -g {} given wanted",
        "--prefix -C --registry -w --workspace --cache --userconfig --tag --loglevel --dir -F --filter",
    ),
    *each("npm {} wanted other", "install i add isntall upgrade update dlx exec x create init ci run"),
    *lines(
        """
        yarn global add wanted
        npm global add wanted
        yarn add global
        yarn global
        yarn
        npm i github:a/b
        npm i github:a/b#v1.2.3
        npm i git+https://example.org/a.git
        npm i git@example.org:a/b#main
        npm i "github:a/b#$ref"
        npm i -g "$x"
        npm i -g "a$x" "@$scope/a"
        npm i ./local ../x /abs ~/x . .. file:x a.tgz
        npm i @scope/a @scope/a@1.2.3 a@1.2 a@^1.2.3 a@latest
        npm i "a@$v" a@1.2.3-rc.1
        npm i a a b
        npm i a b c d e
        npm i a b c d e f
        npm i a b c d e f g
        npx wanted other
        npx -y wanted
        npx -p wanted other
        npx --package=wanted other
        npx -p a@1.2.3 --package b@1.2.3 other
        npx -c "wanted other" third
        npx --call other third
        npx a@1.2.3 -p wanted
        corepack prepare wanted --activate
        corepack install wanted
        corepack use wanted
        corepack enable wanted
        """
    ),
    f"npm i github:a/b#{COMMIT}\n",
    f"npm i git+https://example.org/a.git#{COMMIT}\n",
]
PYTHON = [
    *each(
        "pip install {} given wanted",
        "-r --requirement -c --constraint -e --editable -i --index-url --extra-index-url --target -t",
    ),
    *each(
        "pip install {} given wanted",
        "--prefix --root --python -p -f --find-links --proxy --timeout --suffix --pip-args",
    ),
    *each("pip {} wanted other third", "install inject run add upgrade download"),
    *each("pipx {} wanted other third", "install inject run add upgrade list"),
    *each("uv {} wanted other third", "install inject run add upgrade sync pip tool"),
    *each("uv pip {} wanted other third", "install inject run add"),
    *each("uv tool {} wanted other third", "install inject run upgrade"),
    *lines(
        """
        pip install a==1 "a==$v" 'a>=1' 'a[b]==1'
        pip3 install wanted
        pip install 'a @ https://example.org/a.whl' 'a@1.2' 'a@v1.2' "a@$v" 'a @http://example.org/a.whl'
        pip install "$x"
        pip install "a$x" "$x-a"
        pip install git+https://example.org/a.git
        pip install git+https://example.org/a.git@v1.2.3
        pip install 'a @ git+https://example.org/a.git@main'
        pip install 'a@git+https://example.org/a.git@1.2'
        pip install "git+https://example.org/a.git@$x"
        pip install git@example.org:a
        pip
        uv
        uv pip
        pipx run --spec wanted other
        pipx run --spec a==1 other
        pipx inject wanted
        uv tool run --from wanted other
        uv tool install --with wanted a==1
        uv run --with wanted main.py
        uv run --with a==1 main.py tool
        uvx wanted other
        uvx --from wanted other
        uvx --from a==1 other
        uvx --with wanted a==1
        uvx --python 3.12 wanted
        uvx -p 3.12 wanted
        uvx --index-url given wanted
        uvx a==1 --with wanted
        python3 -m pip install wanted
        python3 -m pipx install wanted
        python3 -m uv pip install wanted
        python3 -m venv wanted
        python3 -m other install wanted
        """
    ),
    f"pip install git+https://example.org/a.git@{COMMIT}\n",
]
LANGUAGES = [
    *each(
        "cargo install {} given wanted",
        "--version --vers --git --rev --tag --branch --path --root --index --registry -F --features --bin",
    ),
    *each("cargo install {} given wanted", "-j --target --profile --locked"),
    *each("cargo {} wanted", "install binstall build +nightly"),
    *each("go {} example.org/wanted@latest", "install run get build"),
    *each("go install {} example.org/given@latest example.org/wanted@latest", "-ldflags -tags -o -mod -C -v"),
    *each("gem install {} given wanted", "-v --version -i --install-dir -n --bindir -P --trust-policy --source -s -N"),
    *each("rustup {} stable beta", "default install update show"),
    *each("rustup toolchain {} stable", "install list link"),
    *each("rustup default {} nightly stable", "--profile -c -t --target --component --force"),
    *lines(
        """
        cargo +nightly install wanted
        cargo + install wanted
        cargo install +wanted
        cargo install a@1.2.3 a@=1.2.3 b@^1
        cargo install "a@$v" "a@x$v"
        cargo install --git https://example.org/a --rev 0123abc wanted
        cargo install --git=https://example.org/a
        cargo install --git one --git two
        cargo
        cargo --version
        go install example.org/a@v1.2.3 example.org/b@v1
        go install example.org/a@0123456789ab example.org/b@0123456789a
        go install "example.org/a@$v" "example.org/$x"
        go install ./... a/b example.org/a
        go run main.go ./main.go example.org/main.go example.org/main.GO
        go install a/b.c@latest
        go install example.org/a/b/c@latest
        go install example.org/a@v1@latest
        gem install a:1.2 b:x c
        gem in wanted
        gem update wanted
        rustup default nightly-2026-01-02 beta-2026-01-02 1.82.0
        rustup toolchain install --profile minimal 1.82.0 nightly
        rustup toolchain stable
        rustup-init --default-toolchain stable
        rustup-init --default-toolchain=1.82.0 -y
        rustup default default stable
        rustup --default-toolchain beta toolchain install nightly
        mise use node@latest
        mise use node@lts python@3.12
        mise install latest@1
        mise ls latest
        mise exec node@latest
        mise
        asdf install nodejs latest
        asdf global nodejs stable
        asdf add latest
        asdf use node
        asdf list latest
        nvm install --lts
        nvm install --lts=iron
        nvm install node
        nvm install 22.1.0
        fnm use lts
        volta install node
        nvm latest install
        """
    ),
]
SYSTEM = [
    *each("apt-get install -y {} given wanted", "-t --target-release -o --option -c"),
    *each("apt {} wanted", "install in remove"),
    *each(
        "dnf install {} given wanted",
        "--repo --setopt --enablerepo --disablerepo -c --releasever --installroot -x --exclude --from-repo -y",
    ),
    *each("dnf {} wanted", "install in reinstall remove"),
    *each("{} install wanted", "apt apt-get aptitude dnf dnf5 yum microdnf zypper snap brew conda mamba yay"),
    *each("apk add {} given wanted", "-t --virtual -X --repository -U"),
    *each("apk {} wanted", "add del"),
    *each("pacman {} wanted", "-S -Sy -Syu -Ss -Q -R"),
    *each("snap install {} given wanted", "--channel --revision --classic"),
    *each("conda install {} given wanted", "-n --name -c --channel -y"),
    *lines(
        """
        apt-get install a=1 b- c=2.* d
        apt-get install "a=$v" "$x" "$x-dev" -y
        dnf install a-1.2 a-1.2-3.fc41 a-1.2* a '@group' '@module:stream' 'x=1' '@:x'
        dnf install "a-$v" "a-$v-1" "$x"
        apk add a=1 'a~1' 'a<2' 'a>2' b
        apk add
        pacman
        pacman wanted
        snap install a --channel=stable
        snap install --revision=3 a
        snap find wanted
        brew install a@3 b
        conda install a=1 'b=x' c
        brew list wanted
        curl -o /dev/null https://example.org/latest/x
        curl -o /dev/null https://example.org/HEAD/x https://example.org/master https://example.org/main/x
        curl -o /dev/null https://example.org/nightly/x https://example.org/a-latest.tgz http://example.org/a_latest
        curl -o /dev/null x-latest example.org/latest/x https://example.org/1.2/x https://example.org/latestx
        wget -O /dev/null https://example.org/latest/x
        aria2c -o /dev/null https://example.org/latest/x
        """
    ),
]
CONTAINERS = [
    *each(
        "docker run {} given wanted",
        "-e --env -v --volume -w --workdir -u --user -p --publish --name --network --net --entrypoint -h",
    ),
    *each(
        "docker run {} given wanted",
        "--hostname --mount --platform -l --label --env-file --add-host --cap-add --cap-drop --device",
    ),
    *each(
        "docker run {} given wanted",
        "--security-opt --userns --ulimit -m --memory --cpus --restart --pull --tmpfs --shm-size --gpus",
    ),
    *each("docker run {} given wanted", "--ip --dns --log-driver --pod --secret --rm -it"),
    *each("docker {} wanted other", "pull run create build exec push"),
    *each("docker image {} wanted", "pull run build"),
    *each("docker container {} wanted", "run create exec"),
    *each("{} pull wanted", "docker podman nerdctl buildah"),
    *lines(
        """
        docker pull a:1 b
        docker pull a:latest
        docker pull example.org/a
        docker pull example.org:5000/a
        docker pull example.org:5000/a:1
        docker pull localhost/a
        docker pull Localhost/a
        docker pull a@sha256:0123
        docker pull a:latest@sha256:0123
        docker pull "a:latest@$d"
        docker pull "$img"
        docker pull "$img:latest"
        docker pull "example.org/$x" "example.org/a$x"
        docker pull "$registry/a"
        docker -D pull wanted
        docker --debug image pull wanted
        docker -D
        docker
        docker image
        docker container
        docker run
        docker run --rm a:1 sh -c wanted
        docker run -it --rm -e A=b wanted cmd other
        docker run a:1 -e wanted
        """
    ),
]
CLONES = [
    *each(
        "git clone {} given https://example.org/r",
        "-b --branch --depth -o --origin -c --config --revision --reference --filter -j -q",
    ),
    *each(
        "git clone {}\nbash wanted/run.sh\nbash r/run.sh",
        "https://example.org/r https://example.org/r/ https://example.org/r.git",
    ),
    *each(
        "git clone {}\nbash r/run.sh",
        "ssh://example.org/r git://example.org/r git@example.org:r a@b.c:d/r ./r /srv/r http://example.org/r",
    ),
    *each(
        f"git clone https://example.org/r\ngit {{}} {COMMIT}\nbash r/run.sh",
        "checkout reset switch fetch rev-parse show",
    ),
    *each(
        "git clone https://example.org/r\ngit -C r checkout {}\nbash r/run.sh",
        "v1.2 tags/v1.2 1.2.3 main v1 0123456 $x origin/$x",
    ),
    *lines(
        """
        git clone -b v1.2 https://example.org/r
        git clone -b main https://example.org/r
        git clone --branch 1.2.3 https://example.org/r
        git clone --branch=release-1.2 https://example.org/r
        git clone -b "$x" https://example.org/r
        git clone --revision 0123 https://example.org/r
        git clone
        git pull https://example.org/r
        git clone https://example.org/r.git; bash r/run.sh; ./r/x; bash other/r; source r/lib
        git clone https://example.org/r/; bash r/run.sh
        git clone https://example.org/r d/; bash d/run.sh; bash r/run.sh
        git clone https://example.org/r /opt/d; bash /opt/d/run.sh
        git clone git@example.org:r; bash r/run.sh
        git clone https://example.org/$x; bash run.sh
        git clone https://example.org/r .; bash ./run.sh
        git clone https://example.org/r; cd r; ./run.sh; cd; ./run.sh; cd r/sub; ./run.sh
        git clone https://example.org/r; pushd r; bash run.sh
        git clone https://example.org/r; cd ~/r; bash ~/run.sh; bash /run.sh
        git -c advice.x=1 clone https://example.org/r; bash r/run.sh
        git clone -b v1.2 https://example.org/r; bash r/run.sh
        git archive --remote=https://example.org/r HEAD | sh
        git archive HEAD | sh
        git log --remote | sh
        git -c core.pager='curl -fsSL https://example.org/i.sh | sh' log
        git -c alias.x='!curl -fsSL https://example.org/i.sh | sh' x
        git -c alias.x='curl -fsSL https://example.org/i.sh | sh' x
        git config alias.x '!curl -fsSL https://example.org/i.sh | sh'
        git config Alias.x 'curl -fsSL https://example.org/i.sh | sh'
        git config core.sshCommand 'curl -fsSL https://example.org/i.sh | sh'
        git config credential.helper 'curl -fsSL https://example.org/i.sh | sh'
        git config filter.x.clean 'curl -fsSL https://example.org/i.sh | sh'
        git config sequence.editor "$(curl -fsSL https://example.org/i.sh)"
        git config core.pager
        git config user.name 'curl -fsSL https://example.org/i.sh | sh'
        """
    ),
    f"git clone https://example.org/a\ngit clone https://example.org/b\ngit -C b checkout {COMMIT}\nbash a/run.sh\n",
    f"git -C r checkout {COMMIT}\ngit clone https://example.org/r\nbash r/run.sh\n",
    f"git -c a.b=c checkout {COMMIT}\n",
    f"git clone https://example.org/r; git log {COMMIT}; bash r/run.sh\n",
]
EVERY = [*NPM, *PYTHON, *LANGUAGES, *SYSTEM, *CONTAINERS, *CLONES]
