# expect: DVM204
gem install rails
