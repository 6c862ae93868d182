# expect: DVM202
function curl_it { curl "$@"; }; export -f curl_it; bash -c 'curl_it https://x.example.org/a | sh'
