"""DVM402, by name: each way in which a command or a file is given a secret, and what looks like it and is none."""

from __future__ import annotations

import re

import pytest

from tests.unit.checks.scripts.reviewing import failed

SECRET = "kX9vTq2mWz"


def names(text: str) -> list[str]:
    """What each finding names the secret by."""
    details = [result.detail for result in failed(text) if result.code == "DVM402"]
    return [match[1] for detail in details if (match := re.search(r"by its name: (.*)\.$", detail))]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"DB_PASSWORD={SECRET}\n", "its value"),
        (f"tool --api-token={SECRET}\n", "--api-token"),
        (f"tool -password={SECRET}\n", "--password"),
        (f"tool --api-token {SECRET}\n", "--api-token"),
        (f"tool DB_PASSWORD={SECRET}\n", "DB_PASSWORD"),
        (f"openssl enc -pass pass:{SECRET} -in a\n", "pass:"),
        (f"curl -H 'Authorization: Basic {SECRET}' https://example.org\n", "a header"),
        (f"curl -H 'X-Api-Key: {SECRET}' https://example.org\n", "a header"),
        (f"wget --header='Private-Token: {SECRET}' https://example.org\n", "a header"),
        (f"wget --header='Private-Token: {SECRET}=x' https://example.org\n", "a header"),
        (f"curl --user me:{SECRET} https://example.org\n", "--user"),
        (f"wget --user me:{SECRET} https://example.org\n", "--user"),
        (f"http -a me:{SECRET} https://example.org\n", "-a"),
        (f"sshpass -p {SECRET} ssh example.org\n", "-p"),
        (f"sshpass -p{SECRET} ssh example.org\n", "-p"),
        (f"mysql -p{SECRET} shop\n", "-p"),
        (f"redis-cli -a {SECRET} ping\n", "-a"),
        (f"npm config set //registry.example.org/:_authToken {SECRET}\n", "_authToken"),
        (f"git config set --global github.token {SECRET}\n", "github.token"),
        (f"tool put token {SECRET}\n", "token"),
        (f"printf 'me:{SECRET}' | chpasswd\n", "the password it reads"),
        (f"echo {SECRET} | passwd --stdin me\n", "the password it reads"),
        (f"psql -c \"ALTER USER me PASSWORD '{SECRET}'\"\n", "a password in SQL"),
        (f"mysql <<E\nCREATE USER me IDENTIFIED BY '{SECRET}';\nE\n", "a password in SQL"),
        (f"cat > ~/.netrc <<E\nmachine example.org login me password {SECRET}\nE\n", "password"),
        (f"cat > c.ini <<E\napi_token = {SECRET}\nE\n", "api_token"),
        (f"cat > c.ini <<E\napi_token = '{SECRET}'\nE\n", "api_token"),
        (f'cat > c.ini <<E\napi_token = "{SECRET}"\nE\n', "api_token"),
        (f"cat > c.yaml <<E\nx:\n  client_secret: {SECRET}\nE\n", "client_secret"),
        (f"kubectl apply -f - <<E\nkind: Secret\nstringData:\n  password: {SECRET}\nE\n", "password"),
        (f"sed -i 's/^password=.*/password={SECRET}/' c.ini\n", "password"),
        (f"gsed -i 's|#db|db_password: {SECRET}|' c.yaml\n", "db_password"),
        (f"sed -i '$a api_token={SECRET}' c.ini\n", "api_token"),
        (f"gh secret set API --body {SECRET}\n", "--body"),
        (f"gh secret set API --body={SECRET}\n", "--body"),
        (f"glab variable set API --value {SECRET}\n", "--value"),
        (f"gcloud secrets create api --data={SECRET}\n", "--data"),
        (f"smbclient -U me%{SECRET} //h/s\n", "-U"),
        (f"openssl passwd -6 {SECRET}\n", "passwd"),
        (f"openssl enc -aes-256-cbc -k {SECRET} -in a\n", "-k"),
        (f"htpasswd -bc /etc/h me {SECRET}\n", "its password"),
        (f"docker login -u me -p {SECRET} example.org\n", "-p"),
        *((f"{command} login -p {SECRET}\n", "-p") for command in ("podman", "nerdctl", "helm registry", "az", "oc")),
        (f"nmcli device wifi connect home password {SECRET}\n", "password"),
        (f"echo {SECRET} | docker login -u me --password-stdin example.org\n", "the password it reads"),
        (f"printf {SECRET} | cryptsetup luksFormat /dev/x -\n", "the password it reads"),
        (f"docker run --env=DB_PASSWORD={SECRET} x\n", "DB_PASSWORD"),
        (f"cat > settings.xml <<E\n<password>{SECRET}</password>\nE\n", "password"),
        (f"cat > ~/.pgpass <<E\nh:5432:db:me:{SECRET}\nE\n", "password"),
        (f"printf {SECRET} > ~/.config/api_token\n", "its content"),
        (f"cat > c.php <<E\nreturn ['apiKey' => '{SECRET}'];\nE\n", "apiKey"),
        (f"cat > c.php <<E\narray( 'apiKey' => \"{SECRET}\" )\nE\n", "apiKey"),
        (f"cat > c.php <<'E'\n$conf['db_password'] = '{SECRET}';\nE\n", "db_password"),
        (f"cat > wp-config.php <<E\ndefine( 'DB_PASSWORD', '{SECRET}' );\nE\n", "DB_PASSWORD"),
        (f"cat > x.env <<E\nexport API_TOKEN={SECRET}\nE\n", "API_TOKEN"),
        (f"cat > .npmrc <<E\n//registry.example.org/:_authToken={SECRET}\nE\n", "_authToken"),
    ],
)
def test_each_way_to_give_a_secret_is_named(text: str, name: str) -> None:
    assert names(text) == [name]


@pytest.mark.parametrize(
    "text",
    [
        f"tool --token-file={SECRET}\n",
        "tool --password=changeme\n",
        "tool --password --verbose\n",
        "tool --password -s3cr3tly\n",
        "tool --secret secret\n",
        "tool --some-credential some-credential\n",
        "openssl enc -pass pass:changeme -in a\n",
        "openssl enc -pass env:PASSWORD -in a\n",
        f"tool {SECRET}:authorization-x\n",
        f"tool authorized me:{SECRET}\n",
        f"cp -u me:{SECRET} token\n",
        "git config set token\n",
        "npm set token changeme\n",
        f"tool one two three set token {SECRET}\n",
        f"tool set token the {SECRET}\n",
        f"sshpass -e {SECRET}\n",
        f"mysql -p -u me {SECRET}\n",
        f"cat > notes <<E\nthe password {SECRET}\nE\n",
        f"cat > notes <<E\napi_token_file = {SECRET}\nE\n",
        "cat > c.ini <<E\nclient_secret = client_secret\nE\n",
        "cat > c.ini <<E\napi_token = changeme\nE\n",
        "tool --password 'sudo cat /run/db'\n",
        "tool --password 'Which one is it?'\n",
        "tool --password 'Type it in.'\n",
        "tool --password 'it (again)'\n",
        "tool --pin-token 12345\n",
        "tool --token 'getent passwd'\n",
        "tool --token \"'changeme'\"\n",
        "tool --token abc\n",
        f"gh issue create --body {SECRET}\n",
        f"gh secret set API --body-file={SECRET}\n",
        f"tool -U me%{SECRET}\n",
        f"smbclient -U {SECRET} //h/s\n",
        "kubectl apply -f - <<E\nkind: Secret\npassword: changeme\nE\n",
        f"kubectl apply -f - <<E\nkind: Secret\nnote: {SECRET}\nE\n",
        f"tool <<E\nkind: Secret\npassword: {SECRET}\nE\n",
        "sed -i 's/^password=.*/password=changeme/' c.ini\n",
        f"tool 's/^password=.*/password={SECRET}/' c.ini\n",
        "some_credential=some_credential\n",
        "mysql -ppostgres shop\n",
        "sshpass -p postgres ssh example.org\n",
        "gh secret set API --body=postgres\n",
        f"smbclient //h/a%{SECRET}\n",
        "tool DB_PASSWORD=changeme\n",
        "tool some_credential=some_credential\n",
        "docker run --env=DB_PASSWORD=changeme x\n",
        "docker run --env=some_credential=some_credential x\n",
        "cat > c.php <<E\n['some_credential' => 'some_credential']\nE\n",
        "cat > c.xml <<E\n<some_credential>some_credential</some_credential>\nE\n",
        "openssl passwd -6 -stdin\n",
        "cat > x.py <<E\nd['password'] = ask_for_password()\nE\n",
        f"cat > x.py <<E\nif d['password'] == '{SECRET}': pass\nE\n",
        "cat > x.php <<E\ndefine('DB_PASSWORD', 'changeme');\n['token_file' => 'kX9vTq2mWz'];\nE\n",
        f"htpasswd -c /etc/h {SECRET}\n",
        f"docker run -p {SECRET} x\n",
        f"echo {SECRET} | docker login -u me example.org\n",
        f"echo '{SECRET} a' | cryptsetup luksFormat /dev/x -\n",
        f"printf 'a {SECRET}' > api_token\n",
        f"printf 'a:{SECRET}' > api_token\n",
        f"printf {SECRET} > notes\n",
        f"printf {SECRET} > /etc/secrets/host\n",
        "printf api_token > api_token\n",
        "tool --some-credential=some-credential\n",
        f"cat > settings.xml <<E\n<password>changeme</password>\n<id>{SECRET}</id>\nE\n",
        f"cat > notes.pass <<E\nh:5432:db:me:{SECRET}\nE\n",
    ],
)
def test_what_only_looks_like_it_passes(text: str) -> None:
    assert names(text) == []


@pytest.mark.parametrize(
    "value",
    ["123456", "hun2", "kX9v/Tq2m", "it.", "x?1)", "getent token x", "'kX9vTq2mWz'", "correct horse"],
)
def test_what_is_one_is_one_to_the_edge(value: str) -> None:
    quoted = value.replace("'", "'\\''")
    found = names(f"tool --password='{quoted}'\n")
    assert found == (["--password"] if len(value) > 3 else [])
