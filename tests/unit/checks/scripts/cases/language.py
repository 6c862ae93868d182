"""Bash itself: `show` prints its words, so that Bash can be asked what they are."""

from __future__ import annotations

WORDS = r"""
show "$(printf 'a \t\n\n')b" "$(printf '\n a')"
declare -A m=([k]=1); show "b" $(( m["k"] + 2 )) "c" $(( (1) + 2 )) 'd'
a=(1 2 3); show ${!a[@]} "${!a[*]}" ${#a[@]} ${#nope[@]} ${#a}
show $[1+2] $[ (1+2)*3 ] ${x:=$((1+1))} $x "$((2*3))"
x=abcabc; show ${x/b/X} ${x//b/X} ${x/#a/X} ${x/%c/X} ${x/zz/X} ${x//} ${x/b} ${x//[ab]/-} ${x/#b/X} ${x/%b/X}
x=abcabc; show ${x#a} ${x##*b} ${x%c} ${x%%b*} ${x#z} ${x%?} ${x:1} ${x:1:2} ${x: -2} ${x:1:-1} ${x:9}
set -- a b c; x=1; show "${@:x:1}" "${@:2}" "${@:1:2}" "$#" "${*:2:1}"
show $'\ud7ff\u00e9\x41\101\cA\e\q\a\b\v\f\r\t\'' $'\U0001f600'
[[ "a b" =~ ^(a b|c)$ ]] && show y; [[ a =~ "a" ]] && show "$(show b)"
x=Abc; show ${x^} ${x^^} ${x,} ${x,,} ${x@Q}
x=; show ${x:-a} ${x-b} ${x:+c} ${x+d} "${y:-e f}" "${y-'g'}"
a=(x y z); show "${a[1]}" "${a[-1]}" ${a[@]:1} "${a[@]:0:2}" "${a[*]}" ${a[0]}${a[2]}
declare -A m=([k]=v [l]=w); k=l; show "${m[k]}" "${m[$k]}"; m[n]=o; show "${m[n]}"
x=a; y=x; show ${!y}; declare -n r=x; show $r; r=b; show $x
x='a b'; show $x "$x" ${x}c "${x}"d; IFS=,; y=p,q; show $y "$y"
show a{b,c}d {e,f}{g,h} {i} {j,} x{,k}
show "a\$b\"c\\d\`" 'e\f' g\ h \i
show `echo a \`echo b\`` "`echo "c d"`" "$(echo "e $(echo 'f  g')")"
x=a; show $x
x='a b'; show $x "$x" z$x "z$x"z
x='  a  b  '; show $x
x=' a'; y='b '; show z$x$y
x=; show $x "$x" z
show a\ b 'c d' "e f" \g
show a'b'"c"d
show "a\$b" "a\\b" "a\"b" "a\`b" "a\nb"
show $'a\tb' $'\x41\u42\U43\103' $'\a\b\e\E\f\v' $'\r|\n|' $'\cA' $'\q' $'\'' $'\"' $'\?' $'\\'
show $'\x4' $'\u263a' $'a\x5Ab' $'\7' $'\1012'
show $"a b"
show {a,b} x{a,b}y {a,b}{c,d} {a} {a,} "{a,b}" '{a,b}' \{a,b} {a,b
show a{b,c}d{e,f}g
x=abc; show ${x} "${x}"d ${#x}
x=abc; show ${x:1} ${x:1:1} ${x: -2} ${x:0:-1} ${x:0} ${x:9}
x=abcdef; show ${x:2:2} ${x: -4:2} ${x:1:-2} ${x:0:0}
x=aXbXc; show ${x#*X} ${x##*X} ${x%X*} ${x%%X*} ${x#q} ${x%q} ${x#a} ${x%c} ${x#?} ${x%?}
x=aXbXc; show ${x/X/-} ${x//X/-} ${x/X} ${x//X} ${x/q/-}
x=aBc; show ${x^} ${x^^} ${x,} ${x,,}
x=Abc; show ${x,} ${x,,} ${x^}
x=; show ${x:-d} ${x:+s} z
x=v; show ${x:-d} ${x-d} ${x:+s} ${x+s} ${x:?e} ${x?e}
show ${x:-d} ${x-d} z
show ${x:=d} $x
show ${x=d} ${x=e}
x=y; y=z; show ${!x} ${y}
x=y; y='a b'; show "${!x}"
a=(b c 'd e'); show ${a[@]} "${a[@]}" "${a[*]}" ${a[0]} ${a[1]} "${a[2]}" ${a[-1]} ${#a[@]} $a ${a}
a=(b c d e); show "${a[@]:1}" "${a[@]:2}" "x${a[0]}"
a=(b); a+=(c d); show "${a[@]}"
a=([0]=b [1]=c); show "${a[@]}" ${a[1]}
a[0]=b; a[1]=c; show ${a[0]} ${a[1]} ${a[@]}
declare -A a=([k]=v [l]=w); show ${a[k]} ${a[l]}
declare -A a; a[k]=v; a['l']=w; show ${a[k]} ${a[l]}
a=(b c); i=1; show x
x=a; x+=b; show $x
x+=b; show $x
x=a y=b; show $x$y
x=a; x=b show $x; show $x
export x=a; show $x
export x=a y=b; show $x$y
declare x=a; readonly y=b; typeset z=c; show $x$y$z
n=x; export "$n=a"; show $x
n=x; declare "$n=a b"; show "$x"
x=a; unset x; show "${x}" b
x=a; unset y x; show ${x:-n}
x=a; y=b; unset -v x; show ${x:-n}${y}
f() { show "$1" "$2" "$#"; }; unset -f f; show z
f() { show "$1" "$2"; }; f a 'b c'
f() { show "$@"; }; f a 'b c'
f() { show $@; }; f a 'b c'
f() { show $*; }; f a b
f() { show "$*"; }; f a b
f() { show "x$@"; }; f a
f() { shift; show "$@"; }; f a b c
f() { shift 2; show "$@"; }; f a b c
f() { show "$9" "${1}" "${2:-n}"; }; f a
f() { local x=b; show $x; }; f
f() { x=b; }; x=a; f; show $x
f() { echo out; }; show $(f) "$(f)"
function f { show "$1"; }; f a
f() { g "$1"; }; g() { show "$1"; }; f a
f() { for i; do show $i; done; }; f a b
set -- a 'b c'; show "$@"; show $1 "$2"
set a b; show "$1" "$2"
set -- a b c; shift; show "$@"
set -e -- a; show "$1"
for i in a b 'c d'; do show "$i"; done
for i in {a,b}; do show $i; done
a=(b c); for i in "${a[@]}"; do show $i; done
for i in a; do :; done; show $i
if true; then show a; fi
x=a; if true; then x=b; fi; show b
x=a; (x=b; show $x); show $x
x=a; { x=b; }; show $x
x=a; y=$(x=b; echo $x); show $x$y
show $(echo a b) "$(echo a b)" `echo c`
show "$(echo a; echo b)"
show "$(printf '%s-%s\n' a b)" "$(printf 'a%%b')" "$(printf '%s ' a b)" "$(printf x)" "$(printf 'a\tb')" "$(printf '%b' 'a\tb')"
show "$(printf '%d:%s' 1 a)" "$(printf '%5s' abcde)" "$(printf '%s' a b c)" "$(printf '%s%s,' a b c)" "$(printf -- a)"
printf -v x '%s-%s' a b; show $x
show "$(echo -n a)b" "$(echo -e 'a\tb')" "$(echo -E 'a\tb')" "$(echo -en 'a\tb')" "$(echo -x a)" "$(echo - a)"
show "$(echo -n a; echo b)" "$(echo -ne a; echo b)" "$(echo -en a; echo b)" "$(echo -e a; echo b)"
x=a; show ${x[0]} "${x[@]}"
f() { show ${@} "${@}" ${*} "${*}"; }; f a 'b c'
n=x; export "$n=a=b"; show $x
show "$(echo 'a\tb')" "$(echo a   b)"
show "$(cat <<< a)" "$(cat <<< 'a b')"
show "$(basename /a/b.c)" "$(basename /a/b.c .c)" "$(dirname /a/b.c)" "$(dirname b)" "$(basename a/)"
eval 'show a b'
eval show a 'b c'
eval -- show a
x=show; $x a
x='show a'; $x b
x='show "a b"'; eval "$x"
x=sh; ${x}ow a
s\how a; 's'how b; "show" c; sh""ow d
show a;show b
show a & wait
show a && show b || show c
false || show b
! show a
{ show a; }; ( show b )
command show a; builtin echo a; command -p show b
time show a
case a in a) show a ;; esac
case a in (a) show a ;; esac
x=a; case $x in b) show no ;; *) show "$x" ;; esac
while true; do show a; break; done
until false; do show a; break; done
for ((i=0; i<1; i++)); do show a; done
if false; then :; elif true; then show a; else :; fi
if false; then :; else show a; fi
[[ a == a ]] && show a
[ a = a ] && show a
((1)) && show a
show a # b
show 'a#b' a#b
alias s='show a'
alias s=show
read x <<< a; show $x
read -r x <<< 'a b'; show "$x"
read x y <<< 'a'; show z
mapfile -t a < <(printf 'b\nc\n'); show "${a[@]}"
readarray -t a <<< b; show "${a[0]}"
mapfile -t < <(echo b); show "${MAPFILE[0]}"
show <<< x a
show > /dev/null
show a 2>&1
2>&1 show a
show a 2>/dev/null b c
show >/dev/stdout a b
show 2>&1 a 2>/dev/null 'b c'
>/dev/stdout show a
show a 2>/dev/null 3>/dev/null b
show 2 3>/dev/null 4
true | show 2>/dev/null a | cat
true && show 2>/dev/null a
show a 3< /dev/null b <<< c d
show </dev/null a
read -ra a <<< 'b c'; show "${a[@]}" $a
a[$(echo 1)]=b; show "${a[1]}"
a=(b c); show "${a[$(echo 1)]}"
x=b; show `echo \`echo a\`` `echo \$x` "`echo \"a\"`"
show ${x:-`echo a`} "${x:-`echo a b`}" z`echo a`z
x=a; unset "$(echo x)"; show ${x:-n}
x=a; show "${x}"'b'"$x"
x=-g; show $x
IFS= show a
show "a b"c"d e"
show "" ''
show a""
x=$'a\nb'; show $x "$x"
""".strip("\n")

DOCUMENTS = [
    'show "$(cat <<E\na\nE\n)"\n',
    'x=a; show "$(cat <<E\n$x b\nE\n)"\n',
    "x=a; show \"$(cat <<'E'\n$x b\nE\n)\"\n",
    'x=a; show "$(cat <<\\E\n$x b\nE\n)"\n',
    'x=a; show "$(cat <<"E"\n$x b\nE\n)"\n',
    'show "$(cat <<-E\n\ta\n\t\tb\nE\n)"\n',
    'x=a; show "$(cat <<-E\n\t$x\n\tE\n)"\n',
    'show "$(cat <<E\na \\\nb \\$x \\\\ \\`c\\` \\d\nE\n)"\n',
    'x=a; show "$(cat <<E\n  $x  ${x}  $(echo b)  `echo c`\nE\n)"\n',
    'show "$(cat <<E\n\na\n\nE\n)"\n',
    'show "$(cat <<E | cat\na\nE\n)"\n',
    "cat <<E >/dev/null && show a\nb\nE\n",
    "cat <<E >/dev/null\nb\nE\nshow a\n",
    'x=$(cat <<E\na b\nE\n)\nshow $x "$x"\n',
    'show "$(\n  echo a\n)"\n',
    "if true; then\n  show a\nfi\nshow b\n",
    'f() {\n  show "$1"\n}\nf a\n',
    "alias s='show a'\ns b\n",
    "shopt -s expand_aliases\nalias s='show a'\ns b\n",
    "shopt -s expand_aliases\nalias s='show a' t=show\ns 'b c'; t d\n",
    "show a\\\n  b\n",
    "show a \\\n  b\n",
    'x="a\nb"; show $x "$x"\n',
    "x=a\\\nb; show $x\n",
    'show "a\\\nb"\n',
    'x=a; show "$(cat <<E\n\\$x $x\nE\n)"\n',
    'show "$(cat <<E\n\\a b\nc\nE\n)"\n',
    "show <<E a b\nc\nE\n",
    "show a 2>/dev/null <<E b\nc\nE\n",
    'show "$(cat /dev/fd/3 3<<E\na\nE\n)"\n',
    "\n\n\nshow a\n",
    'x=(a\n  b # c\n  d)\nshow "${x[@]}"\n',
    "shopt -s extglob\nshow @(zz|yy) +(zz yy)x ?(q' r') @(a(b)c)d *(e)\n",
    "shopt -s extglob\nx=a; show @($x|\\)) $x\n",
    "shopt -s extglob\nx=abc; case $x in @(abc|d)) show y ;; esac\n",
]


# What is read otherwise than Bash reads it, and what takes its place is as bad or is told of.
OTHERWISE = r"""
show ~/a ~ * ${y:-"h i"}
show x{a,b}"c" {a,$x}
show ${x: -9} ${x:+set} "x${a[@]}y" $'\0103' "$(basename -s .c a.c)"
x=abc; a=(b c); show ${x: -9} "x${a[@]}y" "x ${a[@]}"
""".strip("\n")


def every() -> list[str]:
    """Each snippet as a script."""
    return [*(f"{line}\n" for line in WORDS.split("\n")), *DOCUMENTS]


def otherwise() -> list[str]:
    """Snippets that are known to be read otherwise."""
    return [f"{line}\n" for line in OTHERWISE.split("\n")]
