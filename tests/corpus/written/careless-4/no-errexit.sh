# expect: DVM201
sudo apt-get update
sudo apt-get install -y git=1:2.43.0-1ubuntu7.1 jq=1.7.1-3build1
mkdir -p ~/src
cd ~/src
git config --global init.defaultBranch main
rm -rf build
