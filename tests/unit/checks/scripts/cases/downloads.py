"""What fetches, into what, and how it is compared with what."""

from __future__ import annotations

from tests.unit.checks.scripts.cases.making import FETCH, GET, SUM, URL, each, lines

FETCHERS = [
    *each(
        f"{{}} {URL}",
        "curl wget aria2c axel fetch http xh lynx w3m links elinks GET lwp-request lwp-download https xhs wget2 curlie ftp",
    ),
    *each(
        f"{{}} {URL} | sh",
        "curl wget aria2c axel fetch http xh lynx w3m links elinks GET lwp-request lwp-download https xhs wget2 curlie ftp",
    ),
    *each("{} example.org 80 | sh", "nc ncat netcat socat telnet dig host nslookup svn drill"),
    *each(
        f"curl {{}} given {URL} | sh",
        "-A -b -c -C -d --data -D -e -E -F -H -m -P -Q -r -T -u -U -w -x -X -y -Y -z --retry --cacert --key",
    ),
    *each(f"curl {{}} {URL}", "-O --remote-name --remote-name-all -I --head -V --version -sSfL -OL --output-dir=/d"),
    *each(f"curl {{}} given {URL}", "-o --output --output=given -fsSLo --output-dir -K --config --url"),
    *each(
        f"wget {{}} given {URL}",
        "-O --output-document -o -P --directory-prefix -t -T -U -e --header --user -i --input-file --method",
    ),
    *each(f"wget {{}} {URL}", "--spider -V --version -q -qO- -O- --output-document=- -O/dev/stdout -O/dev/null"),
    *each(f"aria2c {{}} given {URL}", "-o --out -d --dir -x -s -j -k --header -i"),
    *each(f"{{}} given {URL}", "axel fetch", ""),
    *each(f"axel {{}} given {URL}", "-o --output -n -H"),
    *each(f"fetch {{}} given {URL}", "-o -T -B"),
    *each(f"http {{}} given {URL}", "-o --output -a --auth"),
    *each(f"{{}} --download {URL}", "http https xh xhs"),
    *each(f"{{}} -d GET {URL} other", "http https xh xhs"),
    *each(f"{{}} -o got POST {URL} https://example.org/other", "http https xh xhs"),
    *each(
        "curl -fsSLo got {}",
        "http://localhost/a http://localhost:80/a http://127.0.0.1/a http://127.0.1.1 http://[::1]/a http://0.0.0.0:8/a",
    ),
    *each(
        "curl -fsSLo got {}",
        "localhost LOCALHOST https://me@localhost/a http://localhost.example.org/a localhostx file:///a unix:/a 127.0.0.1",
    ),
    *each(
        'curl -fsSLo got "{}"',
        "http://localhost$x http://localhost/$x http://127.0.0.1:$port/a $url $scheme://localhost/a http://$host/localhost",
    ),
    *each(
        'curl -fsSLO "{}"',
        "https://example.org/$x https://example.org/a$x $url $base/a.tgz $base/$x/a$y https://example.org/ https://example.org",
    ),
    *each(
        "curl -fsSLO '{}'",
        "https://example.org/a?b=c https://example.org/a?b?c#d https://example.org/a#b#c https://example.org/#b https://example.org/a/b#c?d",
    ),
    *lines(
        f"""
        curl -K urls
        curl -K urls -o got
        curl --config urls -O
        wget -i urls
        wget --input-file urls
        wget --input-file=urls -P d
        http -i urls
        curl --url {URL} -o got
        curl --url={URL} --url https://example.org/other -o got
        curl --URL {URL} -o got
        curl -o one {URL} -o two https://example.org/other
        curl -O {URL} -O https://example.org/other
        curl -o one {URL} https://example.org/other | sh
        curl -o - {URL} | sh
        curl -o /dev/stdout {URL} | sh
        curl -o /proc/self/fd/1 {URL} | sh
        curl -o /dev/fd/1 {URL} | sh
        curl -o /dev/null {URL} | sh
        curl --output-dir /d -o got {URL}
        curl --output-dir /d -O {URL}
        curl
        curl --version | sh
        wget -P /d {URL}; bash /d/i.sh
        wget -O got {URL} | sh
        wget -P /d -O got {URL}
        aria2c --checksum=sha-256={SUM} {URL}
        aria2c --checksum sha-256={SUM} {URL}
        aria2c --checksum=sha-512={SUM} {URL}
        aria2c --checksum=sha-1={SUM} {URL}
        aria2c --checksum=md5={SUM} {URL}
        curl --checksum=sha-256={SUM} -o got {URL}
        axel --checksum=sha-256={SUM} {URL}
        scp me@host:a .
        scp host:d/a dir/
        scp host:d/a got
        scp host:a host:d/b dir/
        scp host:a b dir/
        scp a host:b c host:
        scp a b
        scp host:a
        scp "host:$x" .
        scp "$host:a" got
        scp 'C:\\a' got
        scp host:a ..
        rsync -a rsync://example.org/a got
        rsync -a a/ b/
        sftp host:d/a
        sftp host:d/a got
        sftp host
        sftp "host:$x"
        sftp -b batch host:a
        """
    ),
    *each("scp {} given:x host:a got", "-i -P -o -F -e --rsh -l -c -J -S -q"),
    *each("sftp {} given:x host:a", "-B -b -c -D -F -i -J -l -o -P -R -S -s -X -q"),
    *each("gh release download {} given", "-p --pattern -D --dir -O --output -R --repo -A --archive v1"),
    *each("gh release download -p one {} given", "-p --pattern -D --dir -O --output -R --repo -A --archive v1"),
    *lines(
        """
        gh release download
        gh release download v1 -O - | sh
        gh release download v1 --output=- | sh
        gh release download v1 -O got | sh
        gh release download -D d -p a
        gh release download --dir d -O got
        gh release view | sh
        gh api repos/a/b | sh
        gh api | sh
        gh repo view a/b | sh
        gh gist view a | sh
        gh gist list | sh
        gh auth token | sh
        gh x api | sh
        aws s3 cp s3://bucket/a got
        aws s3 cp --recursive s3://bucket/a got
        aws s3 cp s3://bucket/a - | sh
        aws s3 cp got s3://bucket/a
        aws s3 ls | sh
        gsutil cp gs://bucket/a got
        gcloud storage cp gs://bucket/a got
        gcloud storage cp az://bucket/a oci://b/c got
        aws s3 cp s3://bucket/a got --no-progress
        aws s3 cp s3://bucket/a got -
        """
    ),
]
CHECK = "bash i.sh\n"
SUMS = [
    *each(
        f"echo '{SUM}  i.sh' | {{}} -c -",
        "sha256sum sha384sum sha512sum sha224sum sha256 sha512 shasum b2sum b3sum cksum gsha256sum sha1sum md5sum",
        GET,
    ),
    *each(f"echo '{SUM}  i.sh' | {{}} -c", "sha1 sha1sum sha256 b2", GET),
    *each(f"echo '{SUM}  i.sh' | shasum {{}} -c", "-a256 -a512 -a384 -a224 -a1 --algorithm=256 --algorithm=1", GET),
    *each(f"echo '{SUM}  i.sh' | cksum {{}} -c", "-a256 --algorithm=sha256 --algorithm=crc -asha512", GET),
    *each(f"echo '{SUM}  i.sh' | sha256sum {{}}", "-c --check --check=x --status -w -l -", GET),
    *lines(
        f"""
        sha256sum -c list
        sha256sum -c i.sh.sha256
        sha256sum -c other.sh.sha256
        sha256sum -c /d/i.sh.sha256sum
        sha256sum -c i.sh.txt i.sh.sum
        sha256sum -c - <<< '{SUM}  i.sh'
        sha256sum -c <<< '{SUM} *i.sh'
        sha256sum -c <<< 'SHA256 (i.sh) = {SUM}'
        sha256sum -c <<< 'SHA256 (other.sh) = {SUM}'
        sha256sum -c <<< '{SUM}  ./i.sh'
        sha256sum -c <<< '{SUM}  other.sh'
        sha256sum -c <<< '{SUM}'
        sha256sum -c <<< '0123  i.sh'
        sha256sum -c <<< "$sum  i.sh"
        sha256sum -c <<< "{SUM}  $file"
        sha256sum -c <<< "$list"
        sha256sum -c /dev/stdin <<< '{SUM}  i.sh'
        sha256sum -c list - <<< '{SUM}  i.sh'
        sha256sum i.sh | sha256sum -c
        sha256sum i.sh >list; sha256sum -c list
        echo "$(sha256sum i.sh | cut -d' ' -f1)  i.sh" | sha256sum -c
        echo "$({FETCH}.sha256)  i.sh" | sha256sum -c
        {FETCH}.sha256 | sha256sum -c
        curl -fsSLO {URL}.sha256; sha256sum -c i.sh.sha256
        echo '{SUM}  i.sh' >list; sha256sum -c list
        echo '{SUM}  i.sh' >list; sha256sum --check list
        echo '{SUM}  i.sh' >list; sha256sum -c other list
        echo '{SUM}  other' >i.sh.sha256; sha256sum -c i.sh.sha256
        echo "$sum" >i.sh.sha256; sha256sum -c i.sh.sha256
        echo "$sum" >other.sha256; sha256sum -c other.sha256
        echo '{SUM}  i.sh' | sha256sum -c - || true
        set +e; echo '{SUM}  i.sh' | sha256sum -c -
        set +e; echo '{SUM}  i.sh' | sha256sum -c - || exit 1
        set +e; if echo '{SUM}  i.sh' | sha256sum -c -; then true; fi
        [[ $(sha256sum i.sh) == "{SUM}  i.sh" ]]
        [[ "{SUM}  i.sh" == $(sha256sum i.sh) ]]
        [ "$(sha256sum i.sh)" = "{SUM}  i.sh" ]
        test "$(sha256sum i.sh)" = "{SUM}  i.sh"
        test "{SUM}  i.sh" = "$(sha256sum i.sh)" -a -f i.sh
        test "$(sha256sum i.sh)" -ef "{SUM}"
        test "$(sha256sum i.sh)" != "{SUM}"
        [[ $(sha256sum i.sh) != "{SUM}" ]]
        [[ $(sha256sum i.sh) =~ {SUM} ]]
        [[ $(sha256sum i.sh) < {SUM} ]]
        [[ -n $(sha256sum i.sh) ]]
        [[ ! ( $(sha256sum i.sh) == {SUM} ) ]]
        [[ -f i.sh && $(sha256sum i.sh) == {SUM} ]]
        [[ $(sha256sum i.sh) == short ]]
        [[ $(sha256sum i.sh) == "$sum" ]]
        [[ $(sha256sum i.sh) == $(sha256sum i.sh) ]]
        [[ $(sha256sum i.sh) == $({FETCH}.sum) ]]
        [[ $(sha1sum i.sh) == {SUM} ]]
        [[ $(sha256sum <i.sh) == {SUM} ]]
        [[ $(cat i.sh | sha256sum) == {SUM} ]]
        [[ $(sha256sum) == {SUM} ]]
        [[ $(sha256sum other.sh) == {SUM} ]]
        case $(sha256sum i.sh) in {SUM}*) ;; *) exit 1 ;; esac
        case $(sha256sum i.sh) in *) ;; esac
        x=$(sha256sum i.sh | awk '{{print $1}}'); [[ $x == {SUM} ]]
        x=$(sha256sum i.sh); x=${{x%% *}}; [[ $x == {SUM} ]]
        read -r x _ < <(sha256sum i.sh); [[ $x == {SUM} ]]
        sha256sum i.sh | grep {SUM}
        sha256sum i.sh | grep -q {SUM}
        sha256sum i.sh | egrep {SUM}
        sha256sum i.sh | fgrep {SUM}
        sha256sum i.sh | rg {SUM}
        sha256sum i.sh | grep
        sha256sum i.sh | grep -e {SUM}
        sha256sum i.sh | grep --regexp {SUM}
        sha256sum i.sh | grep -A 1 {SUM}
        sha256sum i.sh | grep -B 1 {SUM}
        sha256sum i.sh | grep -C 1 {SUM}
        sha256sum i.sh | grep -m 1 {SUM}
        sha256sum i.sh | grep "$({FETCH}.sum)"
        sha256sum i.sh | grep short
        sha256sum i.sh >one; echo {SUM} >two; cmp one two
        sha256sum i.sh >one; echo {SUM} >two; diff two one
        sha256sum i.sh >one; echo {SUM} | cmp one -
        sha256sum i.sh >one; cmp one
        sha256sum i.sh >one; cmp one two three
        sha256sum i.sh >one; sha256sum i.sh >two; cmp one two
        sha256sum i.sh | diff - two
        cmp i.sh other
        openssl dgst -sha256 i.sh | grep {SUM}
        openssl dgst -sha384 i.sh | grep {SUM}
        openssl dgst -sha512 i.sh | grep {SUM}
        openssl dgst -sha1 i.sh | grep {SUM}
        openssl dgst i.sh | grep {SUM}
        openssl sha256 i.sh | grep {SUM}
        openssl sha512 i.sh | grep {SUM}
        openssl sha1 i.sh | grep {SUM}
        openssl dgst -sha256 -out sum i.sh | grep {SUM}
        openssl dgst -verify key -signature i.sig i.sh
        openssl dgst -sha256 -signature i.sig -verify key i.sh
        openssl dgst -verify key
        openssl sha256 -verify key i.sh || true
        gpg --verify i.sh.asc
        gpg --verify i.sh.sig
        gpg --verify i.sh.gpg
        gpg --verify other.asc
        gpg --verify i.sh.asc i.sh
        gpg --verify i.sh.asc other.sh i.sh
        gpg --verify i.sh
        gpg --verify
        gpg2 --verify i.sh.asc i.sh
        gpgv i.sh.asc i.sh
        gpg --verify i.sh.asc i.sh || true
        gpgv || true
        gpg --list-keys
        gpg --decrypt i.sh | sh
        minisign -Vm i.sh -P key
        minisign -V -m i.sh -p key
        minisign -Sm i.sh
        signify -V -p key -x i.sig -m i.sh
        signify-openbsd -V -m i.sh
        cosign verify-blob i.sh
        cosign verify i.sh || true
        cosign sign i.sh
        slsa-verifier verify-artifact i.sh --source-uri x
        gh attestation verify i.sh
        gh attestation verify i.sh || true
        gh attestation verify other i.sh
        gh attestation download i.sh
        """,
        GET,
        CHECK,
    ),
    *each(
        "gpg {} given --verify i.sh.asc i.sh",
        "-o --output --keyring --homedir --keyserver -u -r --recipient --batch",
        GET,
    ),
    *each("gpg --verify {} i.sh i.sh.asc", "-o --output --keyring --homedir --keyserver -u -r --recipient", GET),
    *each(
        "cosign verify-blob {} i.sh",
        "--certificate-identity-regexp -P --provenance-path --signature -p --certificate-identity --source-uri --certificate"
        " --certificate-oidc-issuer -m --source-tag --bundle -x --key --other",
        GET,
    ),
    *each("gh attestation verify {} i.sh", "-R --repo -o --owner --bundle --signer-workflow --deny", GET),
    *each("openssl dgst -sha256 {} i.sh key", "-verify -signature -out -hex", GET),
]
KEY = "curl -fsSLo key.asc https://example.org/key.asc\n"
KEYS = [
    *lines(
        """
        gpg --import key.asc
        gpg --import key.asc; gpg --verify i.sh.asc i.sh
        gpg --dearmor key.asc >key.gpg
        gpg --dearmor -o key.gpg key.asc
        gpg --dearmor --output key.gpg <key.asc
        gpg --dearmor <key.asc | tee key.gpg
        gpg --import <key.asc
        gpg --import other.asc key.asc
        gpg --keyring ring --import key.asc
        gpg --homedir dir --import key.asc
        gpg -o out --import key.asc
        gpgv --keyring key.asc i.sh.asc i.sh
        gpgv --keyring other.gpg i.sh.asc i.sh
        gpg --no-default-keyring --keyring ./key.asc --verify i.sh.asc i.sh
        apt-key add key.asc
        apt-key add - <key.asc
        rpm --import key.asc
        rpm --import other.asc
        gpg --show-keys key.asc
        """,
        GET + KEY,
        CHECK,
    ),
    *lines(
        """
        curl -fsSL https://example.org/key.asc | apt-key add -
        curl -fsSL https://example.org/key.asc | gpg --import
        curl -fsSL https://example.org/key.asc | gpg --dearmor
        curl -fsSL https://example.org/key.asc | gpg --dearmor | sh
        curl -fsSL https://example.org/key.asc | gpg --dearmor -o key.gpg
        curl -fsSL https://example.org/key.asc | gpg --keyring ring --homedir home --import
        openssl s_client -connect example.org:443 | sh
        openssl version | sh
        """
    ),
]
FINGERPRINT = "0123456789ABCDEF0123456789ABCDEF01234567"
SPACED = "0123 4567 89AB CDEF 0123 4567 89AB CDEF 0123 4567"
RECEIVED = [
    *lines(
        f"""
        gpg --recv-keys {FINGERPRINT}; gpg --verify i.sh.asc i.sh
        gpg --recv-keys 0x{FINGERPRINT}; gpg --verify i.sh.asc i.sh
        gpg --recv-keys '{SPACED}'; gpg --verify i.sh.asc i.sh
        gpg --keyserver keys.example.org --recv-keys {FINGERPRINT}; gpg --verify i.sh.asc i.sh
        gpg --keyserver keys.example.org --recv-keys 89ABCDEF; gpg --verify i.sh.asc i.sh
        gpg --recv-keys {FINGERPRINT} 89ABCDEF; gpg --verify i.sh.asc i.sh
        gpg --recv-keys; gpg --verify i.sh.asc i.sh
        gpg --receive-keys {FINGERPRINT}; gpg --verify i.sh.asc i.sh
        gpg --search-keys somebody; gpg --verify i.sh.asc i.sh
        gpg --fetch-keys https://example.org/key.asc; gpg --verify i.sh.asc i.sh
        gpg --auto-key-locate wkd --locate-keys a@example.org; gpg --verify i.sh.asc i.sh
        gpg --auto-key-retrieve --verify i.sh.asc i.sh
        gpg --keyserver-options auto-key-retrieve --verify i.sh.asc i.sh
        gpg --primary-keyring ring --trusted-key k --default-key k --status-fd 1 --verify i.sh.asc i.sh
        gpg --import-options show-only --import key.asc | grep {FINGERPRINT}; gpg --import key.asc; gpg --verify i.sh.asc i.sh
        gpg --show-keys --with-colons key.asc | grep {FINGERPRINT}; gpg --import key.asc; gpg --verify i.sh.asc i.sh
        gpg --with-fingerprint key.asc | grep {FINGERPRINT}; gpg --import key.asc; gpg --verify i.sh.asc i.sh
        gpg --with-fingerprint --import key.asc | grep {FINGERPRINT}; gpg --verify i.sh.asc i.sh
        gpg --show-keys key.asc | grep {FINGERPRINT}; apt-key add key.asc
        gpg --show-keys key.asc | grep short; apt-key add key.asc
        gpg --quiet --import key.asc; gpgv i.sh.asc i.sh
        gpg --import local.asc; gpg --verify i.sh.asc i.sh
        """,
        GET + KEY,
        CHECK,
    ),
    *lines(
        f"""
        echo '{SUM}  i.sh' >sums; sha256sum -c sums
        echo 'SHA256 (i.sh) = {SUM}' | sha256sum -c -
        echo 'SHA256 (other.sh) = {SUM}' | sha256sum -c -
        echo '{SUM}  other.sh' | sha256sum -c -
        echo 'nothex  i.sh' | sha256sum -c -
        curl -fsSL https://example.org/i.sh.sha256 | sha256sum -c -
        curl -fsSLO https://example.org/i.sh.sha256; sha256sum -c i.sh.sha256
        curl -fsSLO https://example.org/SHA256SUMS; grep i.sh SHA256SUMS | sha256sum -c -
        sha256sum i.sh >i.sh.sha256; sha256sum -c i.sh.sha256
        sha256sum i.sh | sha256sum -c -
        echo "$(sha256sum i.sh | cut -d' ' -f1)  i.sh" | sha256sum -c -
        sha256sum -c /etc/sums/i.sh.sha256
        sha256sum -c /etc/sums/other.sh.sha256
        sha256sum -c /etc/sums/SHA256SUMS
        sha256sum -c <"$SUMS"
        echo "$DIGEST  i.sh" | sha256sum -c -
        echo "{SUM}  $FILE" | sha256sum -c -
        echo '{SUM}  i.sh' >one; sha256sum i.sh >two; cmp one two
        minisign -Vqm i.sh -P key
        minisign -Vm i.sh
        minisign -V -x i.sig -m i.sh -p key
        curl -fsSLo key.pub https://example.org/key.pub; minisign -Vm i.sh -p key.pub
        curl -fsSLO https://example.org/i.sh.minisig; minisign -Vm i.sh -P key
        curl -fsSLo i.sig https://example.org/i.sig; signify -V -p key -x i.sig -m i.sh; bash i.sig
        cosign verify-blob --key k.pub --signature i.sig i.sh
        cosign verify-blob --certificate-identity a@example.org --certificate-oidc-issuer https://example.org i.sh
        ssh-keygen -Y verify -f signers -I a@example.org -n file -s i.sig <i.sh
        ssh-keygen -Y verify -n file -s i.sig <i.sh
        ssh-keygen -Y sign -f key i.sh
        slsa-verifier verify-artifact i.sh --provenance-path p --source-uri github.com/o/r
        """,
        GET,
        CHECK,
    ),
]
EVERY = [*FETCHERS, *SUMS, *KEYS, *RECEIVED]
