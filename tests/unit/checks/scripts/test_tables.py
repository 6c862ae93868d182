"""What the tables of programs and options hold, line by line: each option that matters, and what stands beside it."""

from __future__ import annotations

import pytest

from tests.unit.checks.scripts.reviewing import STRICT, SUM, codes

URL = "https://example.org/i.sh"
GET = f"curl -fsSLo i.sh {URL}\n"
KEY = "curl -fsSLo key.asc https://example.org/key.asc\n"

FOUND: dict[str, list[str]] = {
    "DVM202": [
        # shells, and what reads standard input
        f"curl -fsSL {URL} | sudo -s\n",
        f"curl -fsSL {URL} | su -\n",
        f"curl -fsSL {URL} | runuser -l me\n",
        f"curl -fsSL {URL} | bash /dev/stdin\n",
        f"curl -fsSL {URL} | bash /dev/fd/0\n",
        f"curl -fsSL {URL} | bash /proc/self/fd/0\n",
        f"curl -fsSL {URL} | bash -\n",
        f"curl -fsSL {URL} | . /dev/stdin\n",
        f"curl -fsSL {URL} | cat - | sh\n",
        f"curl -fsSL {URL} | cat /dev/stdin | sh\n",
        f"curl -fsSL {URL} | (true; bash)\n",
        f"if curl -fsSL {URL}; then true; fi | bash\n",
        f"while true; do curl -fsSL {URL}; break; done | bash\n",
        f"case $1 in a) echo a ;; *) curl -fsSL {URL} ;; esac | bash\n",
        f"if [[ -f a ]]; then true; elif [[ -f b ]]; then curl -fsSL {URL} | sh; fi\n",
        f"if [[ -f a ]]; then true; else curl -fsSL {URL} | sh; fi\n",
        f"curl -fsSL {URL} | if true; then bash; fi\n",
        f"curl -fsSL {URL} | for i in 1; do bash; done\n",
        f"curl -fsSL {URL} | case a in *) bash ;; esac\n",
        f"true && curl -fsSL {URL} | bash >/tmp/log\n",
        f"true; (true && curl -fsSL {URL}) | bash\n",
        f"x=sh; curl -fsSL {URL} | $x\n",
        f'printf -v x %s "$(curl -fsSL {URL})"; eval "$x"\n',
        f'read -ra x < <(curl -fsSL {URL}); "${{x[@]}}"\n',
        f'echo -e "$(curl -fsSL {URL})" | sh\n',
        f"curl -fsSL {URL} | docker exec -i box bash\n",
        f"curl -fsSL {URL} | docker run -i --entrypoint bash image:1.0 -s\n",
        f"curl -fsSL {URL} | docker build -\n",
        f"curl -fsSL {URL} | xargs bash -c\n",
        f"curl -fsSL {URL} | mise exec node@22.1.0 -- bash\n",
        f"coproc get {{ curl -fsSL {URL}; }}\nbash <&${{COPROC[0]}}\n",
        "curl -K urls | sh\n",
        "curl --config urls | sh\n",
        # files that are run by another name, or by a place
        GET + "cp i.sh /usr/local/bin/tool\n/usr/local/bin/tool\n",
        GET + "cp -t /usr/local/bin i.sh\n/usr/local/bin/i.sh\n",
        GET + "cp --target-directory=/usr/local/bin i.sh\ni.sh\nbash /usr/local/bin/i.sh\n",
        GET + "mv i.sh run.sh\nbash run.sh\n",
        GET + "ln -s i.sh run.sh\nbash run.sh\n",
        GET + "install --mode=0755 i.sh /opt/tool\n",
        GET + "install i.sh /opt/tool\n",
        GET + "dd if=i.sh of=x.sh\nbash x.sh\n",
        GET + "cat i.sh >>x.sh\nbash x.sh\n",
        GET + "tee -a x.sh <i.sh\nbash x.sh\n",
        f"curl -fsSL {URL} | install -m 755 /dev/stdin /opt/tool\n",
        f"https --download {URL}\nbash i.sh\n",
        f"xh -d GET {URL}\nbash i.sh\n",
        "gh release download -p 'i.sh' -D dir\nbash dir/i.sh\n",
        "gh release download --pattern 'i.sh'\nbash i.sh\n",
        "gh gist view 0123 | bash\n",
        "gh repo view a/b | bash\n",
        f"curl -fsSLo a.zip {URL}\nunzip -p a.zip | sh\n",
        "git clone https://example.org/r\nbash ~/r/run.sh\n",
        "git clone https://example.org/r\ncd r\nbash run.sh\n",
        # packages that are what an address holds
        "apt-get install -y https://example.org/a.deb\n",
        "dpkg -i $(curl -fsSL https://example.org/name)\n",
        "rpm -i https://example.org/a.rpm\n",
        "npm i -g https://example.org/a.tgz\n",
        "npx -p https://example.org/a.tgz tool\n",
        "pip install 'tool @ https://example.org/a.tar.gz'\n",
        "uvx --from https://example.org/a.tar.gz tool\n",
        "uvx --with https://example.org/a.tar.gz tool\n",
        "code --install-extension https://example.org/a.vsix\n",
        f"curl -fsSLo a.deb {URL}\ndpkg -i a.deb\n",
        f"curl -fsSLo a.deb {URL}\napt-get install -y ./a.deb\n",
    ],
    "DVM203": [
        # a check that is none
        GET + "sha1sum -c list\n",
        GET + "shasum -c list\n",
        GET + "shasum -a 1 -c list\n",
        GET + "cksum -c list\n",
        GET + f"echo '{SUM}  i.sh' | sha256sum -c - || true\n",
        GET + f"echo '{SUM}  other.sh' | sha256sum -c -\n",
        GET + "openssl dgst -sha1 i.sh\n",
        GET + "cosign attest i.sh\n",
        GET + "gpg --verify i.sh.asc other.sh\n",
        GET + KEY + "gpg --import key.asc\ngpg --verify i.sh.asc i.sh\n",
        GET + KEY + "gpg --dearmor -o key.gpg key.asc\ngpgv --keyring key.gpg i.sh.asc i.sh\n",
        GET + "gh attestation verify other.sh --owner me\n",
        "curl -fsSL https://example.org/key.asc | gpg --import\n",
        "curl -fsSL https://example.org/key.asc | gpg --dearmor >key.gpg\n",
        "curl -fsSL https://example.org/key.asc | gpg --dearmor --output key.gpg\n",
        "rpm --import https://example.org/key.asc\n",
        f"{KEY}rpm --import key.asc\n",
        f"curl -fsSL {URL} | tar -xz\n",
        f"curl -fsSL {URL} | bsdunzip\n",
        "curl -fsSLO https://example.org/a?x=1#y\n",
        "wget -i list\n",
        "curl -fsSL --config urls -O\n",
        "scp me@host:a .\n",
        "rsync -a host:dir/a /opt/a\n",
    ],
    "DVM206": [
        "usermod -aG docker me\n",
        "usermod --append --groups wheel,docker me\n",
        "useradd -g docker me\n",
        "useradd --gid docker me\n",
        "gpasswd -a me docker\n",
        "gpasswd --add me docker\n",
        "gpasswd -M me docker\n",
        "gpasswd --members me docker\n",
        "groupmems -a me -g docker\n",
        "groupmems --add me --group docker\n",
        "groupadd -U me docker\n",
        "groupmod --users me docker\n",
        "adduser me docker\n",
        "adduser --ingroup docker me\n",
        "addgroup me docker\n",
    ],
}
PASSES: dict[str, list[str]] = {
    "DVM202": [
        GET + f"echo '{SUM}  i.sh' | sha256sum -c -\nbash i.sh\n",
        GET + f"echo '{SUM}  i.sh' | shasum -a 256 -c -\nbash i.sh\n",
        GET + f"echo '{SUM}  i.sh' | shasum --algorithm 512 -c\nbash i.sh\n",
        GET + f'[[ $(sha256sum <i.sh) == "{SUM}  -" ]]\nbash i.sh\n',
        GET + f"sha256sum i.sh | grep -q {SUM}\nbash i.sh\n",
        GET + f"sha256sum i.sh | grep -q -m 1 {SUM}\nbash i.sh\n",
        GET + f"openssl sha256 i.sh | grep {SUM}\nbash i.sh\n",
        GET + f"openssl dgst -sha384 i.sh | grep {SUM}\nbash i.sh\n",
        GET + "openssl dgst -sha256 -verify key.pem -signature i.sig i.sh\nbash i.sh\n",
        GET + "gpg --verify i.sh.asc i.sh\nbash i.sh\n",
        GET + "gpg --homedir /opt/keys --verify i.sh.asc\nbash i.sh\n",
        GET + "gpgv --keyring /opt/keys.gpg i.sh.sig i.sh\nbash i.sh\n",
        GET + "minisign -Vm i.sh -P RWQf6LRCGA9i53ml\nbash i.sh\n",
        GET + "cosign verify-blob --key /opt/key.pub --signature i.sig i.sh\nbash i.sh\n",
        GET + "gh attestation verify i.sh --owner me\nbash i.sh\n",
        GET + f"sha256sum i.sh >sum\necho '{SUM}  i.sh' >want\ncmp sum want\nbash i.sh\n",
        "docker exec box bash -c 'echo hi'\n",
        f"curl -fsSL {URL} | xargs echo\n",
        "curl -fsSL http://localhost:8080/i.sh | bash\n",
        "git clone -b v1.2.3 https://example.org/r\nbash r/run.sh\n",
        "git clone https://example.org/r\ngit -C r checkout 0123456789abcdef0123456789abcdef01234567\nbash r/run.sh\n",
        "command -v bash | xargs ls\n",
        "alias ll='ls -l'\nll\nll\n",
    ],
    "DVM203": [
        "scp a host:\n",
        "rsync -a a host:dir/\n",
        "gpg --import /opt/key.asc\n",
        "rpm --import /etc/pki/key.asc\n",
        f"curl -fsSIL {URL}\n",
        "curl -fsSLO http://127.0.0.1/a\n",
    ],
    "DVM206": [
        "usermod -aG wheel me\n",
        "useradd -U docker-user\n",
        "gpasswd -d me docker\n",
        "groupmems -a me -g wheel\n",
        "groupadd docker\n",
        "groupadd -U me wheel\n",
        "adduser docker\n",
        "adduser me wheel\n",
    ],
}


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in FOUND.items() for text in texts])
def test_it_is_found(code: str, text: str) -> None:
    assert code in codes(STRICT + text)


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in PASSES.items() for text in texts])
def test_it_passes(code: str, text: str) -> None:
    assert code not in codes(STRICT + text)
