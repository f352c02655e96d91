"""The page's style sheet: part of the page, so that one file is all there is to send."""

STYLE = """
:root{--paper:#faf9f6;--card:#fff;--ink:#22241f;--soft:#6b6e66;--line:#e4e1d8;--accent:#2f6f5e;--warm:#b9712b;
--bad:#b3382c;--badbg:#fbeeec;--chip:#eeece4;--shade:rgba(15,17,14,.55)}
@media (prefers-color-scheme:dark){:root{--paper:#161815;--card:#1f221e;--ink:#eceae3;--soft:#a3a69c;--line:#343831;
--accent:#6fbfa6;--warm:#e0a25c;--bad:#ef8a7d;--badbg:#3a2220;--chip:#2b2f29}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:1240px;margin:0 auto;padding:36px 28px 72px}
h1{font-size:30px;line-height:1.2;margin:0;letter-spacing:-.015em;overflow-wrap:anywhere}
h2{font-size:19px;margin:52px 0 14px;letter-spacing:-.01em}
h3{font-size:14px;margin:0 0 6px}
p{margin:0 0 8px}
.lead{color:var(--soft);margin:4px 0 24px}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px}
.stage{display:grid;grid-template-columns:minmax(0,2.1fr) minmax(250px,1fr);gap:24px;align-items:start}
.stage video,.stage .novideo{width:100%;border-radius:12px;display:block;background:#000;max-height:70vh}
.stage .novideo{padding:56px 24px;background:var(--badbg);color:var(--bad)}
dl.facts{display:grid;grid-template-columns:1fr 1fr;gap:0;margin:0;overflow:hidden}
dl.facts div{padding:12px 16px;border-bottom:1px solid var(--line)}
dl.facts div:nth-child(odd){border-right:1px solid var(--line)}
dl.facts dt{color:var(--soft);font-size:12px}
dl.facts dd{margin:0;font-size:19px;font-weight:600;letter-spacing:-.01em;font-variant-numeric:tabular-nums}
dl.facts small{display:block;font-size:12px;font-weight:400;color:var(--soft);letter-spacing:0}
.scroll{overflow-x:auto}
.timeline{display:block;width:100%;min-width:760px;height:auto;padding:6px}
.timeline text{font:10px system-ui,sans-serif;fill:var(--soft);text-anchor:middle}
.timeline .motion{fill:#fff;text-anchor:start;font-size:9.5px}
.timeline .shade{fill:var(--shade)}
.timeline .blank{fill:var(--chip)}
.timeline .transition{fill:#fff;opacity:.38}
.timeline .level{fill:var(--accent);opacity:.2}
.timeline .beat{stroke:var(--soft);stroke-width:1;opacity:.55}
.timeline .downbeat{stroke:var(--ink);stroke-width:1.6;opacity:.75}
.timeline .axis{stroke:var(--line);stroke-width:1;fill:none}
.timeline .cut path{stroke-width:1.6}
.timeline .cut text{font-weight:600;font-size:10px}
.timeline .on path{stroke:var(--accent)}.timeline .on text{fill:var(--accent)}
.timeline .off path{stroke:var(--warm)}.timeline .off text{fill:var(--warm)}
.timeline .free path{stroke:var(--soft);stroke-dasharray:3 3}
.legend{color:var(--soft);font-size:13px;margin:10px 2px 0;display:flex;flex-wrap:wrap;gap:4px 20px}
.legend i{display:inline-block;width:3px;height:12px;margin-right:7px;vertical-align:-1px;background:var(--soft)}
.legend .on{background:var(--accent)}.legend .off{background:var(--warm)}.legend .bar{background:var(--ink)}
table{border-collapse:collapse;width:100%}
th{font-weight:500;font-size:12px;color:var(--soft);text-align:left;padding:10px 12px;white-space:nowrap;
border-bottom:1px solid var(--line)}
td{padding:10px 12px;border-bottom:1px solid var(--line);vertical-align:top}
tbody tr:last-child td{border-bottom:0}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
tr.failed td{background:var(--badbg)}
td img,td .blank{width:132px;height:88px;object-fit:cover;border-radius:6px;display:block;background:var(--chip)}
td .blank{display:grid;place-items:center;color:var(--bad);font-size:24px}
.name{font-weight:600;overflow-wrap:anywhere}
.soft{color:var(--soft)}.small{font-size:13px}
.bad{color:var(--bad)}
code{font:12.5px ui-monospace,SFMono-Regular,Menlo,monospace;overflow-wrap:anywhere}
.meter{display:flex;align-items:center;gap:8px;min-width:120px;font-variant-numeric:tabular-nums;font-size:13px}
.meter span{flex:1;height:6px;border-radius:3px;background:var(--chip);overflow:hidden}
.meter i{display:block;height:100%;background:var(--accent);border-radius:3px}
.meter.low i{background:var(--warm)}
.chip{display:inline-block;padding:1px 9px;border-radius:99px;background:var(--chip);font-size:12px;
margin:1px 4px 1px 0}
.chip.good{background:var(--accent);color:var(--card)}
.chip.warn{background:var(--warm);color:var(--card)}
.chip.miss{background:none;border:1px dashed var(--line);color:var(--soft)}
.summary{display:grid;grid-template-columns:minmax(220px,340px) 1fr;gap:24px;padding:18px;align-items:start}
.summary img{width:100%;border-radius:8px;display:block}
.strip{display:flex;flex-wrap:wrap;gap:8px;margin:6px 0 18px;padding:0;list-style:none}
.strip li{position:relative}
.strip img,.strip .blank{width:86px;height:58px;object-fit:cover;border-radius:5px;display:block;background:var(--chip)}
.strip b{position:absolute;left:4px;top:4px;background:var(--shade);color:#fff;font-size:11px;line-height:17px;
min-width:17px;text-align:center;border-radius:9px;padding:0 4px}
.clips{display:grid;grid-template-columns:repeat(auto-fill,minmax(250px,1fr));gap:16px}
.clips figure{margin:0;overflow:hidden}
.clips video{width:100%;aspect-ratio:var(--shape,16/9);object-fit:contain;display:block;background:#000}
.clips figcaption{padding:10px 12px;font-size:13px}
.staged{display:grid;grid-template-columns:minmax(0,2.1fr) minmax(250px,1fr);gap:24px;padding:18px;align-items:start}
.staged+.staged,.unstaged{margin-top:16px}.unstaged{padding:14px 18px}
.staged dl{display:grid;gap:9px;margin:0 0 16px}.staged dt{color:var(--soft);font-size:12px}
.staged dd{margin:0;overflow-wrap:anywhere}
.slider{--at:25%;position:relative;aspect-ratio:var(--shape,3/2);border-radius:8px;overflow:hidden;background:var(--chip)}
.slider img{position:absolute;inset:0;width:100%;height:auto;display:block}
.slider .after{clip-path:inset(0 0 0 var(--at))}
.slider i{position:absolute;top:0;bottom:0;left:var(--at);width:2px;margin-left:-1px;background:#fff;
box-shadow:0 0 5px rgba(0,0,0,.6);pointer-events:none}
.slider i:after{content:"";position:absolute;top:50%;left:50%;width:30px;height:30px;margin:-15px;border-radius:50%;
background:#fff;box-shadow:0 1px 6px rgba(0,0,0,.5)}
.slider .side{position:absolute;top:10px;background:var(--shade);color:#fff;font-size:12px;padding:1px 9px;
border-radius:9px;pointer-events:none}.slider .left{left:10px}.slider .right{right:10px}
.slider input{position:absolute;inset:0;width:100%;height:100%;margin:0;opacity:0;cursor:ew-resize}
.slider:focus-within{outline:2px solid var(--accent)}
details{margin-top:14px}summary{cursor:pointer;color:var(--soft)}
ul.notes{margin:10px 0 0;padding-left:20px}
footer{margin-top:52px;color:var(--soft);font-size:13px}
@media (max-width:820px){.stage,.summary,.staged{grid-template-columns:1fr}main{padding:22px 14px 48px}}
@media print{body{background:#fff}.card{break-inside:avoid}}
"""
