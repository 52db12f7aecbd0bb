#!/bin/bash
# SPDX-License-Identifier: MIT
# the page itself: its policy fits what is in it, names stay text, it is the same twice
export SOURCE_DATE_EPOCH=1764201600
printf 'network,top1_pct,latency_ms,gops,params_m\n' >evil.csv
printf '%s\n' '"<script>alert(1)</script>",71,20,2,3' '"a</script><b onload=""x"">",72,30,3,4' \
    '"&amp; it''s",73,40,4,5' "$(printf 'x%.0s' {1..300}),74,50,5,6" >>evil.csv
pickmodel import evil.csv --device evil -q
pickmodel report --profile evil --min-top1 70 --max-latency 45ms -q -o one.html
pickmodel report --profile evil --min-top1 70 --max-latency 45ms -q -o two.html
cmp <(sed 's/two.html/one.html/' two.html) one.html && echo 'the same twice'
/usr/bin/python3 - <<'END'
import base64, hashlib, html.parser, re
page = open("one.html", encoding="utf-8").read()
class Parser(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.scripts, self.styles, self.handlers, self.inline, self.refs, self.ids = [], [], [], [], [], [], []
        self.text = []
    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.handlers += [k for k in attrs if k.startswith("on")]
        self.inline += [k for k in attrs if k == "style"]
        self.refs += [v for k, v in attrs.items() if k in ("src", "href") and not v.startswith("#")]
        self.ids += [v for k, v in attrs.items() if k == "id"]
        if tag in ("script", "style"):
            self.open = [tag, attrs.get("type"), ""]
    def handle_data(self, data):
        if self.open:
            self.open[2] += data
        else:
            self.text.append(data)
    def handle_endtag(self, tag):
        if self.open and tag == self.open[0]:
            (self.styles if tag == "style" else self.scripts).append(self.open[1:])
            self.open = []
p = Parser()
p.feed(page)
policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
def known(text): return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in policy
print("run by the policy:", all(known(s[1]) for s in p.scripts if s[0] is None and s[1]), all(known(s[1]) for s in p.styles))
print("nothing else runs:", {s[0] for s in p.scripts} <= {None, "application/json", "text/plain"}, p.handlers, p.inline, p.refs)
print("ids once:", len(p.ids) == len(set(p.ids)))
text = "".join(p.text)
for name in ("<script>alert(1)</script>", 'a</script><b onload="x">', "&amp; its", "x" * 300):
    print(name[:30], text.count(name) > 0)
print(policy.split("style-src")[0])
END
