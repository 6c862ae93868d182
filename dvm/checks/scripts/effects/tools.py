"""Programs that one record says all about: what they fetch, run, wrap, and take without a version.

To add one: one `Tool` here, with an example of each thing it says; a test runs the examples.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.checks.scripts.effects.options import names_of, take_apart
from dvm.checks.scripts.program import Sunk
from dvm.checks.scripts.values import EMPTY, DataOrigin, OriginKind, Value, hole, literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dvm.checks.scripts.program import Command
    from dvm.checks.scripts.shell import Shell


class Tool(Struct, frozen=True):
    """What is known of a program. Patterns are searched in its words, joined with blanks."""

    names: str
    """Blanks between; a version at the end of a name (`python3.12`) is taken off before."""
    runs: str = ""
    """Where it runs or installs code as the network has it now: DVM202."""
    takes: str = ""
    """Where it keeps something from the network that nobody verified: DVM203."""
    prints: str = ""
    """Where its output comes from the network."""
    saves: str = ""
    """Where it writes a file from the network; the group `path` is the file."""
    fills: str = ""
    """Where it fills a directory with what the network has now, to be run from there; the group `path` is the
    directory, the present one if there is none."""
    unpinned: str = ""
    """Where it takes whatever version there is: DVM204. The group `name`, if there is one, is what."""
    pinned: str = ""
    """Where it doesn't: what `runs` and `unpinned` find does not count then."""
    wraps: int | None = None
    """It runs the command behind this many operands of its own."""
    values: str = ""
    """Options with a value in the next word."""
    filters: str = ""
    """Where it runs a text as a shell does and gives it what it reads; the group `code` is the text."""
    builds: str = ""
    """Where it runs what is in the present directory, or in the files and directories that it is given."""
    stdin: bool = False
    """Its standard input is a shell's, where no command is given."""
    code: str = ""
    """Where a word is a text for a shell; the group `code` is that."""
    examples: tuple[tuple[str, str], ...] = ()
    """Commands, each with the code of what is found in it, "" for nothing."""


_VERSION = r"(?:@|=|==|:|\s--?version[= ]|\s-v )v?\d"
_COMMIT = r"\b[0-9a-f]{7,64}\b"
TOOLS: tuple[Tool, ...] = (
    # Dotfiles, plugins and extensions: code of others, as it is today.
    Tool("chezmoi", runs=r"^(init|update|apply)\b.*(--apply|-a\b|://|\w/\w|^update)", pinned=_COMMIT,
         examples=(("chezmoi init --apply https://github.com/a/dotfiles.git", "DVM202"), ("chezmoi apply", ""))),
    Tool("yadm vcsh homeshick", runs=r"^(clone|pull)\b", examples=(("yadm clone https://example.org/a", "DVM202"),)),
    Tool("ansible-galaxy", runs=r"\binstall\b", unpinned=r"\binstall\b", pinned=r",v?\d|:==?\d|-r\b|:\d+\.\d",
         examples=(("ansible-galaxy install a.role", "DVM202"), ("ansible-galaxy collection install a.b:1.2.3", ""))),
    Tool("ansible ansible-playbook", fills=r"\bgit\b.*dest=(?P<path>[^\s']+)(?!.*version=[0-9a-f]{7})", builds=r"\.ya?ml\b", saves=r"get_url.*dest=(?P<path>[^\s']+)", code=r"-(?:m\s+)?(?:shell|command|raw)\s+-a\s+(?P<code>.+)$",
         examples=(("ansible localhost -m get_url -a 'url=https://e.example/x dest=/opt/x'", "DVM203"),)),
    Tool("asdf", runs=r"^plugin[ -](add|update)\b", unpinned=r"^plugin[ -](add|update)\b (?P<name>\S+)", pinned=_COMMIT,
         examples=(("asdf plugin add nodejs https://github.com/a/asdf-nodejs.git", "DVM202"), ("asdf install nodejs 22.1.0", ""))),
    Tool("fisher omf antigen antibody zplug zinit zi sheldon", runs=r"^(install|bundle|light|load|clone|update|add)\b", pinned=_VERSION,
         unpinned=r"^(install|bundle|light|load)\b (?P<name>\S+)", examples=(("fisher install a/x", "DVM202"),)),
    Tool("gh", runs=r"^(extension|ext) (install|upgrade)\b", pinned=r"--pin", prints=r"^(api|gist view|repo view)\b",
         examples=(("gh extension install a/gh-x", "DVM202"),)),
    Tool("helm", runs=r"^plugin (install|update)\b|^(install|upgrade|template)\b.*(?<!--repo) https?://", pinned=r"--version|--verify.*://|\.tgz@",
         unpinned=r"^(install|upgrade|template)\b(?!.*--version)(?:\s+-\S+)*\s+\S+\s+(?P<name>[\w.-]+/[\w.-]+|oci://\S+)", prints="^show|^pull",
         examples=(("helm plugin install https://example.org/x.git", "DVM202"), ("helm install my bitnami/redis", "DVM204"), ("helm install my bitnami/redis --version 18.1.2", ""),
                   ("helm plugin install https://example.org/x.git --version v3.9.8", ""), ("helm repo add a https://charts.example.org", ""),
                   ("helm install my https://example.org/x-1.0.tgz", "DVM202"))),
    Tool("kubectl oc", runs=r"^krew install\b", takes=r"(-f|-k|--filename|--kustomize)[= ]+https?://(?!localhost|127\.)", examples=(("kubectl krew install x", "DVM202"), ("kubectl apply -f https://example.org/x.yaml", "DVM203"))),
    Tool("code codium code-server cursor", unpinned=r"--install-extension[= ](?P<name>[^@\s]+)(?=\s|$)", pinned=r"@\d|\.vsix",
         examples=(("code --install-extension ms-python.python", "DVM204"), ("code --install-extension ms-python.python@2024.1.0", ""))),
    Tool("sdk", unpinned=r"^(install|upgrade)( (?P<name>\S+))?\s*$", examples=(("sdk install java", "DVM204"), ("sdk install java 21.0.2-tem", ""))),
    # Package managers of languages.
    Tool("composer", unpinned=r"\b(require|create-project)\b.* (?P<name>[\w.-]+/[\w.-]+)(?=\s|$)", pinned=r"[\w-]+/[\w-]+:[=v]?\d",
         examples=(("composer global require laravel/installer", "DVM204"), ("composer global require laravel/installer:5.2.0", ""))),
    Tool("dotnet", unpinned=r"^tool (install|update)\b(?!.*--version).*?(?P<name>[\w.-]+)$", examples=(("dotnet tool install -g x", "DVM204"), ("dotnet tool install -g x --version 1.2.3", ""))),
    Tool("luarocks", runs=r"\binstall\b.*https?://", unpinned=r"^install (?:-\S+ )*(?P<name>[\w.-]+)$", examples=(("luarocks install https://example.org/x.rockspec", "DVM202"), ("luarocks install lpeg", "DVM204"), ("luarocks install lpeg 1.1.0", ""))),
    Tool("cpan cpanm", runs=r"https?://", unpinned=r"^(?:-\S+ )*(?P<name>[A-Z][\w:]+)(?!.*[@~])", examples=(("cpanm Moose", "DVM204"), ("cpanm Moose@2.2207", ""))),
    Tool("opam", runs=r"^pin .*(git\+|https?:)", unpinned=r"^install (?:-\S+ )*(?P<name>[\w-]+)$", examples=(("opam install dune", "DVM204"),)),
    Tool("stack cabal", unpinned=r"^install (?:-\S+ )*(?P<name>[\w-]*[A-Za-z])$", examples=(("cabal install pandoc", "DVM204"), ("cabal install pandoc-3.1", ""))),
    Tool("mix", builds=r"^(?!archive|local)", unpinned=r"^local\.(?P<name>hex|rebar)\b(?!.* \d)", runs=r"^archive\.install .*(https?:|github)", examples=(("mix archive.install https://example.org/x.ez", "DVM202"),)),
    Tool("krew gup cargo-binstall", unpinned=r"^(?:install )?(?:-\S+ )*(?P<name>[\w-]+)$", pinned=r"@\d", examples=(("cargo-binstall ripgrep", "DVM204"), ("cargo-binstall ripgrep@14.1.0", ""))),
    Tool("jbang", runs=r"https?://|^\w[\w.-]*@", examples=(("jbang https://example.org/x.java", "DVM202"),)),
    Tool("conan vcpkg", unpinned=r"^install (?P<name>[a-z][\w-]*)$|--requires=(?P<other>\S*\[\S*)", examples=(("vcpkg install fmt", "DVM204"),)),
    Tool("bundle bundler", examples=(("bundle install", ""),)),
    Tool("pulumi terraform tofu", runs=r"-from-module=\S*(?:https?:|git::|github\.com|git@)|^new https?://|^plugin install\b.*--server[= ]https?://", pinned=r"ref=" + _COMMIT,
         examples=(("terraform init", ""), ("terraform init -from-module=git::https://github.com/a/m.git", "DVM202"))),
    Tool("zx tsx ts-node", runs=r"^(?:-\S+ )*https?://", examples=(("zx https://example.org/x.mjs", "DVM202"), ("zx build.mjs", ""))),
    Tool("vagrant", takes=r"^box add\b.*https?://", pinned=r"--checksum[ =][0-9a-f]{64}", examples=(("vagrant box add https://example.org/x.box", "DVM203"),)),
    Tool("bun", runs=r"^create https?://", examples=(("bun create https://example.org/app", "DVM202"), ("bun create vite@5.0.0 app", ""))),
    Tool("pecl pear", runs=r"\binstall\b.*https?://", unpinned=r"^install (?:-\S+ )*(?P<name>[a-z_]+)$", examples=(("pecl install https://example.org/x.tgz", "DVM202"), ("pecl install redis", "DVM204"), ("pecl install redis-6.1.0", ""))),
    Tool("gem", runs=r"^specific_install\b", pinned=r"(?:-r|--ref)[= ]" + _COMMIT, examples=(("gem specific_install -l https://example.org/x.git", "DVM202"), ("gem install rake -v 13.2.1", ""))),
    Tool("zef nimble", runs=r"^install\b.*(?:https?://|git@)", unpinned=r"^install (?:-\S+ )*(?P<name>[\w:-]+)$", pinned=r"@(?:\d|#[0-9a-f]{7})",
         examples=(("nimble install -y https://example.org/x", "DVM202"), ("zef install Cro", "DVM204"), ("nimble install jester@0.6.0", ""))),
    Tool("dart flutter", runs=r"(?:--source[= ]|-s ?)git\b", unpinned=r"^pub global activate (?:-\S+ )*(?P<name>\w+)$", pinned=r"--git-ref[= ]" + _COMMIT,
         examples=(("dart pub global activate --source git https://example.org/x.git", "DVM202"), ("dart pub global activate webdev", "DVM204"), ("dart pub global activate webdev 3.5.0", ""))),
    Tool("cs coursier", unpinned=r"^(?:install|launch|bootstrap) (?:-\S+ )*(?P<name>[\w.-]+)$", examples=(("cs install scala-cli", "DVM204"), ("cs install scala-cli:1.5.0", ""))),
    Tool("pixi pdm", unpinned=r"^(?:global install|plugin add|self add|add) (?:-\S+ )*(?P<name>[\w-]+)$", examples=(("pixi global install bat", "DVM204"), ("pixi global install bat==0.24.0", ""))),
    Tool("conda mamba micromamba", runs=r"(?:-f|--file)[= ]https?://|^(?:install|create)\b(?:(?! -c | --channel).)*\shttps?://", unpinned=r"(?:-c|--channel)[= ](?P<name>https?://\S+)", examples=(("micromamba create -y -n x -f https://example.org/env.yml", "DVM202"), ("mamba env create -f env.yml", ""))),
    Tool("yay paru pikaur trizen", runs=r"^-S\w*\b.*\s\w", examples=(("yay -S --noconfirm x-bin", "DVM202"), ("yay -Qe", ""))),
    Tool("pkgx", unpinned=r"^(?:\+|install )?(?P<name>[a-z][\w./-]*)$", examples=(("pkgx cowsay", "DVM204"), ("pkgx cowsay@1.6.0", ""))),
    Tool("eselect", takes=r"^repository add\b.*(?:https?|git)://", examples=(("eselect repository add x git https://example.org/x.git", "DVM203"),)),
    Tool("emerge", unpinned=r"^(?!--sync)(?:-\S+ )*(?P<name>[a-z][\w/-]*)$", pinned=r"=\S+-\d", examples=(("emerge app-misc/jq", "DVM204"), ("emerge =app-misc/jq-1.7", ""))),
    Tool("ollama", unpinned=r"^(?:pull|run) (?P<name>[\w./-]+(?::latest)?)$", examples=(("ollama pull llama3", "DVM204"), ("ollama pull llama3:8b-instruct-q4_0", ""))),
    Tool("puppet", unpinned=r"^module install (?:-\S+ )*(?P<name>[\w-]+)$", builds=r"\.pp\b", examples=(("puppet module install a-b", "DVM204"), ("puppet module install a-b --version 1.2.3", ""))),
    Tool("cookiecutter copier cruft", runs=r"(?:https?://|git@|g[hl]:|git\+)", pinned=r"(?:--checkout|--vcs-ref|-r)[= ](?:v?\d|[0-9a-f]{7})",
         examples=(("copier copy --trust https://example.org/t.git .", "DVM202"), ("copier copy --vcs-ref=v1.2.0 https://example.org/t.git .", ""))),
    Tool("vim nvim vi view", unpinned=r"\b(?P<name>Plug(?:in)?(?:Install|Update)|Packer(?:Sync|Install|Update)|Lazy!? (?:sync|install|update)|MasonInstall \S+|TS(?:Install|Update)\w*|CocInstall \S+)", pinned=r"@\d",
         examples=(("nvim --headless '+Lazy! sync' +qa", "DVM204"), ("nvim --headless '+Lazy! restore' +qa", ""))),
    Tool("emacs emacsclient", runs=r"\burl-(?:retrieve|copy-file|insert-file)(?s:.*)\b(?:eval|load|shell|call|start)", unpinned=r"package-install\s+\(?(?:quote\s+)?'?(?P<name>[\w-]+)|package-(?:refresh|upgrade)",
         examples=(("emacs --batch --eval \"(package-install 'magit)\"", "DVM204"), ("emacs --batch -l init.el", ""))),
    Tool("devbox", unpinned=r"^(?:global )?add (?:-\S+ )*(?P<name>[\w.-]+)$", pinned=r"@\d", examples=(("devbox add ripgrep", "DVM204"), ("devbox add ripgrep@14.1.1", ""))),
    Tool("ghcup juliaup", unpinned=r"^(?:install \w+|add|install) (?P<name>latest|recommended|release|lts|nightly|beta)\b|^install (?P<other>\w+)$|^(?:update|upgrade)\b",
         examples=(("ghcup install ghc latest", "DVM204"), ("ghcup install ghc 9.6.6", ""), ("juliaup add release", "DVM204"), ("juliaup add 1.11.1", ""))),
    Tool("llm aqua", unpinned=r"^(?:install|generate|g) (?:-\S+ )*(?P<name>[\w./-]+)$", pinned=r"@v?\d|==", examples=(("llm install llm-x", "DVM204"), ("llm install llm-x==0.4", ""))),
    Tool("chef-client chef-solo", runs=r"https?://", examples=(("chef-client -z --recipe-url https://example.org/c.tgz", "DVM202"),)),
    Tool("flux argocd", takes=r"^create source git\b(?!.*--(?:commit|tag))|^app create\b(?!.*--revision[= ](?:v?\d|[0-9a-f]{7}))",
         examples=(("flux create source git x --url=https://example.org/x --branch=main", "DVM203"), ("flux create source git x --url=https://example.org/x --tag=1.2.3", ""))),
    # What brings directories.
    Tool("sshfs curlftpfs s3fs gcsfuse", fills=r"^(?:-\S+ )*\S+ (?P<path>[/~.]\S*)", examples=(("sshfs me@example.org:/srv /mnt; bash /mnt/x", "DVM202"),)),
    Tool("mount", fills=r"(?:-t\s*(?:nfs4?|cifs|smb3|davfs|glusterfs|ceph)\b.*|^(?:-\S+ )*(?:[\w.@-]+:/\S*|//\S+)) (?P<path>/\S+)$",
         examples=(("mount -t nfs example.org:/pub /mnt; bash /mnt/x", "DVM202"), ("mount /dev/sdb1 /mnt; bash /mnt/x", ""))),
    Tool("fossil", fills=r"^(?:open|clone|update)\b", examples=(("fossil open t.fossil; sh setup", "DVM202"),)),
    Tool("croc wormhole magic-wormhole", fills=r"(?:-o|--output-file|--out)[= ](?P<path>\S+)|^", examples=(("croc --yes code; bash ./setup", "DVM202"),)),
    Tool("glab hub", prints=r"^api\b", fills=r"^(?:repo )?clone (?:-\S+ )*\S+ (?P<path>[^-\s]\S*)|^(?:repo )?clone (?:-\S+ )*(?:\S*/)?(?P<other>[\w.-]+)$",
         examples=(("glab repo clone a/t t; make -C t", "DVM202"),)),
    Tool("degit tiged", fills=r"^(?:-\S+ )*\S+ (?P<path>\S+)$", pinned=r"#" + _COMMIT, examples=(("degit a/t t; t/setup", "DVM202"),)),
    Tool("oras", fills=r"^pull\b.*?(?:-o|--output)[= ](?P<path>\S+)|^pull\b", pinned=r"@sha256:", examples=(("oras pull example.org/t:1 -o /opt/t; /opt/t/run", "DVM202"),)),
    Tool("crane", prints=r"^(?:export|blob)\b(?!.*@sha256:)", examples=(("crane export example.org/t:1 - | sh", "DVM202"),)),
    Tool("skopeo buildah", unpinned=r"^copy\b.*docker://(?P<name>\S+)(?=\s)|^(?:from|pull) (?:-\S+ )*(?P<other>[\w./-]+(?::latest)?)$", pinned=r"@sha256:|:v?\d[\w.-]*(?=\s|$)",
         examples=(("buildah from debian", "DVM204"), ("buildah from debian:12.8", ""))),
    # What runs a project's own code.
    Tool("cargo", builds=r"^(?:\+\S+ )?(run|build|test|bench|install\b.*--path)\b",
         examples=(("git clone https://example.org/t; cd t; cargo run", "DVM202"), ("cargo build", ""))),
    Tool("go", builds=r"^(run|build|install|test|generate)\b(?!.*@)", examples=(("git clone https://example.org/t; go -C t version; cd t; go build ./...", "DVM202"), ("go build ./...", ""))),
    Tool("npm pnpm yarn", runs=r"^(?:set version|plugin import(?: from sources)?) https?://", builds=r"^(run|run-script|start|test|exec)\b", examples=(("git clone https://example.org/t; cd t; npm run setup", "DVM202"), ("npm run build", ""))),
    Tool("mvn", builds=r"^(?!.*dependency:get)", runs=r"dependency:get.*(?:remoteRepositories=\S*http://)", unpinned=r"(?:-Dartifact=)?(?P<name>[\w.]+:[\w.-]+:(?:LATEST|RELEASE))",
         examples=(("mvn dependency:get -Dartifact=g:a:LATEST", "DVM204"), ("mvn package", ""))),
    Tool("gradle gradlew", runs=r"(?:-I|--init-script)[= ]?https?://", builds=r"^",
         examples=(("gradle -I https://example.org/x.gradle build", "DVM202"), ("gradle build", ""))),
    Tool("poetry", builds=r"^(?!config|add)", unpinned=r"^add (?:-\S+ )*(?P<name>[A-Za-z][\w.\[\]-]*(?:@latest)?)$",
         examples=(("poetry add requests@latest", "DVM204"), ("poetry add requests==2.32.3", ""), ("git clone https://example.org/t; cd t; poetry install", "DVM202"))),
    Tool("rake ant sbt bazel tox nox swift dune zig rebar3 lein task stow pipenv hatch molecule makepkg", builds=r"^",
         examples=(("git clone https://example.org/t; cd t; rake install", "DVM202"), ("rake install", ""))),
    Tool("docker podman nerdctl docker-compose podman-compose", runs=r"^(?:image )?build\b.*\s(?:https?://|git@|git://)|^buildx (?:bake|build)\b.*\s(?:https?://|git@)", takes=r"^(?:kube )?play\b.*https?://",
         pinned=r"#[0-9a-f]{7}", builds=r"\b(compose .*(up|build|run)|up|build|buildx)\b",
         examples=(("git clone https://example.org/t; cd t; docker compose up -d", "DVM202"), ("docker compose up -d", ""))),
    # Package managers of systems.
    Tool("nix", runs=r"(-f |--file )https?://", unpinned=r"^(profile install|run|shell|develop)\b.*?(?P<name>(?:nixpkgs|github:[\w/.-]+)(?:#\S+)?)", pinned=r"/" + _COMMIT,
         examples=(("nix profile install nixpkgs#hello", "DVM204"), ("nix run github:NixOS/nixpkgs/0123456789abcdef0123456789abcdef01234567#hello", ""))),
    Tool("nix-env", runs=r"(-f |--file )https?://", unpinned=r"^-\w*i\w*( (?P<name>\S+))?", pinned=_COMMIT, examples=(("nix-env -iA x -f https://github.com/a/nur/archive/master.tar.gz", "DVM202"), ("nix-env -i hello", "DVM204"))),
    Tool("nix-channel", unpinned=r"^--(add|update)\b(?P<name>.*)", examples=(("nix-channel --update", "DVM204"),)),
    Tool("flatpak", unpinned=r"^(install|update)\b.*?(?P<name>[\w-]+\.[\w.-]+)", takes=r"^install\b.*https?://|remote-add.*https?://(?!(dl\.)?flathub\.org)", pinned=r"--commit=",
         examples=(("flatpak install -y flathub org.example.App", "DVM204"),)),
    Tool("home-manager nixos-rebuild darwin-rebuild", runs=r"--flake[ =](?:github|gitlab|git\+|https?):", pinned=r"/" + _COMMIT,
         examples=(("home-manager switch --flake github:a/dots", "DVM202"), ("home-manager switch --flake .", ""))),
    Tool("apt-key", takes=r"--recv(?:-keys?)?\b(?!.*\b[0-9A-Fa-f]{40}\b)|--fetch-keys|\badd https?://",
         examples=(("apt-key adv --keyserver keyserver.ubuntu.com --recv-keys ABCD1234", "DVM203"), ("apt-key list", ""))),
    Tool("deno", unpinned=r"^x (?:-\S+ )*(?P<name>\S+)|^(?:run|install|add|compile)\b.*?(?P<other>(?:npm|jsr):\S+)", pinned=r"@\d", examples=(("deno x npm:cowsay", "DVM204"), ("deno x npm:cowsay@1.6.0", ""))),
    Tool("nix-shell nix-build nix-instantiate", runs=r"^(?:-\S+ )*https?://|-I \S*=https?://", pinned=_COMMIT,
         examples=(("nix-shell https://example.org/x.tar.gz --run make", "DVM202"), ("nix-shell -p hello --run hello", ""))),
    Tool("guix", runs=r"^pull\b", unpinned=r"^install (?:-\S+ )*(?P<name>[\w.+-]+)", pinned=r"--commit=|@\d", examples=(("guix pull", "DVM202"), ("guix pull --commit=0123456789ab", ""), ("guix install hello", "DVM204"))),
    Tool("opkg slackpkg xbps-install eopkg swupd", runs=r"https?://", unpinned=r"\b(install|-S)\b (?:-\S+ )*(?P<name>[\w.+-]+)", pinned=r"=\d", examples=(("opkg install https://example.org/x.ipk", "DVM202"), ("opkg install nano", "DVM204"))),
    Tool("add-apt-repository apt-add-repository", takes=r"ppa:", runs="^$", unpinned=r"(?P<name>ppa:\S+)", examples=(("add-apt-repository -y ppa:some/ppa", "DVM203"),)),
    Tool("brew", runs=r"^tap \S+|^bundle\b|https?://|^(?:re)?install \S+/\S+/", unpinned=r"^bundle\b(?P<name>.*)|^upgrade\b|^update\b",
         examples=(("brew bundle --file=Brewfile", "DVM202"), ('eval "$(brew shellenv)"', ""))),
    Tool("machinectl", takes=r"^(pull|import)-?\S*\b.*https?://", wraps=2, examples=(("machinectl pull-tar https://example.org/x.tar.xz x", "DVM203"),)),
    Tool("multipass lxc incus virt-builder debootstrap", takes=r"https?://(?!deb\.debian|archive\.ubuntu)", examples=(("lxc image import https://example.org/x.tar.gz", "DVM203"),)),
    Tool("ssh-import-id ssh-import-id-gh ssh-import-id-lp", takes=r"\S", examples=(("ssh-import-id gh:me", "DVM203"),)),
    Tool("ssh-keyscan", prints=r"\S", examples=(("ssh-keyscan github.com >>known_hosts", "DVM203"),)),
    # What prints what the network says.
    Tool("whois finger redis-cli mosquitto_sub etcdctl nats resolvectl vault consul mongosh grpcurl websocat ldapsearch snmpget kcat kafkacat ipfs", prints=r"\S",
         examples=(("whois -h example.org x | sh", "DVM202"), ("consul kv get x | sh", "DVM202"))),
    Tool("aws gsutil gcloud az rclone mc s3cmd oci", runs=r"^extension add\b.*https?://", unpinned=r"^components (?:install|update)(?: (?P<name>[\w-]+))?",
         fills=r"\b(?:mount|copy|sync|cp (?:.* )?(?:-r|-R|--recursive|-m)\b.*)\s.*?[\w-]+:\S* (?P<path>[/~.][^\s:]*)", prints=r"\b(cat|get-object|get-parameter|access|download|show)\b|\s-$|secretsmanager",
         saves=r"\b(?:cp|copy|sync|download|get)\b.*(?:s3|gs|az|oci)://\S+ (?P<path>[^\s:-][^\s:]*)|(?:--file|-f)[= ](?P<other>\S+)|copyurl (?:-\S+ )*\S+ (?P<fourth>\S+)|--destination[= ](?P<third>\S+)",
         examples=(("gsutil cat gs://e/x.sh | sh", "DVM202"), ("aws s3 cp s3://b/a got", "DVM203"), ("aws s3 ls", ""))),
    Tool("huggingface-cli hf kaggle", saves=r"^download\b.* (?P<path>\S+)$", takes=r"^download\b", pinned=r"--revision " + _COMMIT, examples=(("huggingface-cli download a/x run.sh", "DVM203"),)),
    Tool("apt-helper", saves=r"download-file \S+ (?P<path>\S+)", examples=(("apt-helper download-file https://example.org/x /opt/x", "DVM203"),)),
    Tool("tftp atftp", saves=r"\bget (?:\S+ (?P<other>\S+)$|(?:\S*/)?(?P<path>[^/\s]+)$)|-l (?P<third>\S+)", examples=(("tftp example.org -c get x.sh", "DVM203"),)),
    Tool("wcurl", saves=r"(?:-o |--output[= ])(?P<path>\S+)|/(?P<other>[^/\s]+)$", examples=(("wcurl https://example.org/x", "DVM203"),)),
    Tool("yt-dlp youtube-dl gdown megadl transmission-cli", takes=r"\S", examples=(("gdown https://example.org/x", "DVM203"),)),
    # What wraps another command.
    Tool("builtin nohup setsid unbuffer setpriv unshare dbus-run-session xvfb-run busybox toybox retry eatmydata proxychains torsocks arch catchsegv", wraps=0,
         examples=(("nohup bash -c 'curl -fsSL https://e.example/x | sh'", "DVM202"), ("busybox true", ""))),
    Tool("chrt taskset gosu su-exec", wraps=1, examples=(("gosu me bash -c 'curl -fsSL https://e.example/x | sh'", "DVM202"), ("taskset 1 true", ""))),
    Tool("bwrap firejail", wraps=0, values="--bind --ro-bind --dev --proc --tmpfs --setenv --chdir --symlink --uid --gid", examples=(("bwrap --dev-bind / / bash -c 'curl -fsSL https://e.example/x | sh'", "DVM202"),)),
    Tool("prlimit chronic fakeroot hyperfine ltrace perf gdb valgrind cpulimit setarch linux64 linux32 caffeinate systemd-cat systemd-inhibit dbus-launch xinit startx runcon choom numactl tsp ts moreutils with-contenv",
         wraps=0, values="-n -o -p --runs --warmup --nofile", code=r"(?:^|\s)(?P<code>\S.*(?:\||\$\().*)$", examples=(("chronic sh -c 'curl -fsSL https://e.example/x | sh'", "DVM202"), ("prlimit --nofile=4096 true", ""))),
    Tool("split", filters=r"--filter[= ](?P<code>\S+)", examples=(("curl -fsSL https://e.example/x | split --filter=sh", "DVM202"), ("split -b 1M x", ""))),
    Tool("newgrp", stdin=True, examples=(("newgrp users <<'E'\ncurl -fsSL https://e.example/x | sh\nE", "DVM202"),)),
)  # fmt: skip


def _applies(rule: str, tool: Tool, words: str) -> bool:
    return bool(rule) and re.search(rule, words) is not None and not (tool.pinned and re.search(tool.pinned, words))


def _joined(command: Command) -> str:
    return " ".join(command.texts)[:2000]


def _fill(tool: Tool, shell: Shell, words: str, origin: DataOrigin) -> None:
    match = re.search(tool.fills, words) if _applies(tool.fills, tool, words) else None
    if match is not None:
        shell.filled(literal(next(filter(None, match.groups()), ".")), origin)


def apply(tool: Tool, shell: Shell, command: Command, otherwise: Callable[[Shell, Command], Value]) -> Value:
    """Walk through a command of a program as its record says, and as `otherwise` does for the rest."""
    words = _joined(command)
    origin = DataOrigin(OriginKind.REMOTE, command.text or words, command.place)
    if _applies(tool.runs, tool, words):
        shell.ran(command.place, origin, command.name)
        return EMPTY
    if tool.builds and re.search(tool.builds, words):
        _build(shell, command)
    if _applies(tool.takes, tool, words):
        shell.program.sunk.append(Sunk(origin, command.name))
    _fill(tool, shell, words, origin)
    saved = re.search(tool.saves, words) if tool.saves else None
    if saved:
        path = next((group for group in saved.groups() if group), "")
        shell.write(literal(path), hole(f"net:{words}", origin), command.place)
        return EMPTY
    if tool.prints and re.search(tool.prints, words):
        return hole(f"net:{words}", origin)
    code = re.search(tool.code, words, re.DOTALL) if tool.code else None
    if code:
        shell.looked_through(literal(code["code"]), command.place, command.name)
    if tool.wraps is not None:
        line = take_apart(command.args, names_of(tool.values), stop=True)
        inner = line.operands[tool.wraps :]
        if inner:
            return shell.invoke(inner, command.stdin, command.place, command.text, command.assignments)
    if tool.stdin:
        return shell.run_code(command.stdin or EMPTY, command.place, None, command.name, own_lines=True)
    return _filtered(tool, shell, command, words) or otherwise(shell, command)


def _build(shell: Shell, command: Command) -> None:
    places = [literal("."), *(word for word in command.args if not word.text.startswith("-"))]
    clone = next((origin for place in places if (origin := shell.clone_at(place)) is not None), None)
    if clone is not None:
        shell.ran(command.place, clone, command.name)
    for place in places[1:]:
        file = shell.disk.find(place)
        if file is not None:
            shell.ran_file(file, command.place, command.name)


def _filtered(tool: Tool, shell: Shell, command: Command, words: str) -> Value | None:
    found = re.search(tool.filters, words) if tool.filters else None
    if found is None:
        return None
    read = next((file.content for word in command.args if (file := shell.disk.find(word)) is not None), command.stdin)
    return shell.run_code(literal(found["code"]), command.place, read, command.name)


# What these print about the guest itself, or write for a shell, may be given to one.
_TELL = names_of(
    """
    mktemp date uuidgen pwd id uname whoami hostname nproc arch getent lsb_release dpkg-architecture stat readlink
    realpath tput locale getconf systemd-path xdg-user-dir openssl
    """
)
_WRITE_FOR_A_SHELL = names_of(
    """
    ssh-agent gpg-agent keychain dircolors direnv mise starship zoxide fnm pyenv rbenv nodenv goenv jenv luaenv thefuck
    atuin navi opam fzf register-python-argcomplete resize lesspipe conda mamba micromamba poetry pipx npm pnpm deno
    helm flux kind minikube k3d argocd stern task just uv gopass op chezmoi carapace vivid sheldon zellij gh podman
    docker kubectl rustup brew rtx asdf aws_completer systemctl declare typeset export alias python3 vcs direnv luarocks
    perl hatch pdm tmuxp jj volta proto
    """
)
_FOR_A_SHELL = re.compile(
    r"^$|^-\w$|^-[a-z]+$|--eval|--init|--bash|--zsh|--sh\b|\b(hook|activate|init|env|shellenv|completions?|gen-completions|shell\.\w+"
    r"|virtualenv-init|--prefix|--cellar|path|generate-shell-completion|local::lib|show-environment)\b|argcomplete|-Mlocal::lib"
)
_WRITES_FOR = re.compile(
    r"hook|activate|init|shellenv|completions?|gen-completions|generate-shell-completion|--shell|-s"
)


def tells_of_the_guest(command: Command) -> bool:
    """Whether the output of a program is the guest's own, and may be given to a shell."""
    return command.name in _TELL or (
        command.name in _WRITE_FOR_A_SHELL
        and _FOR_A_SHELL.search(_joined(command)) is not None
        and (command.name not in {"python3", "perl"} or "local::lib" in _joined(command))
    )


def names_a_shell(command: Command) -> bool:
    """Whether the last word says which shell a program writes for, and starts none: `direnv hook bash`."""
    texts = command.texts
    # `rbenv init - bash`: the dash says that it prints.
    before = texts[:1] if texts[-2:-1] == ("-",) else texts[-2:-1]
    return command.stdin is None and len(texts) > 1 and _WRITES_FOR.fullmatch("".join(before)) is not None


BY_NAME: dict[str, Tool] = {}
for _tool in TOOLS:
    for _name in _tool.names.split():
        BY_NAME.setdefault(_name, _tool)


def unpinned(command: Command) -> Iterator[str]:
    """Yield what a command takes at whatever version there is, by the record of its program."""
    tool = BY_NAME.get(command.name)
    words = _joined(command)
    if tool is not None and _applies(tool.unpinned, tool, words):
        match = re.search(tool.unpinned, words)
        names = match.groupdict() if match else {}
        yield (
            names.get("name") or names.get("other") or command.texts[0] if command.texts else command.name
        ).strip() or command.name
