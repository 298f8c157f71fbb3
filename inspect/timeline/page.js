// An event of DATA.events is [offset, lastOffset, time, lastTime, epoch, controller, kind, text, nodes, topics, count, copy].
const OFFSET = 0, LAST = 1, TIME = 2, LASTTIME = 3, EPOCH = 4, CONTROLLER = 5, KIND = 6, TEXT = 7, NODES = 8, TOPICS = 9, COUNT = 10, COPY = 11;
const LEVELS = ["info", "good", "warn", "bad"], ROW = 22, LANE = 20, LEFT = 110, PLOT = 46;
const $ = (id) => document.getElementById(id);
const events = DATA.events, kinds = DATA.kinds;
const level = (e) => LEVELS.indexOf(kinds[e[KIND]].level);
const hay = events.map((e) => (e[TEXT] + " " + kinds[e[KIND]].name + " " + e[OFFSET] + " " + e[TOPICS].join(" ") + " " + e[COPY]).toLowerCase());
const lanes = DATA.controllers.map((id) => ({ id, role: "controller" })).concat(DATA.brokers.filter((id) => !DATA.controllers.includes(id)).map((id) => ({ id, role: "broker" })));
const laneOf = new Map(lanes.map((l, i) => [l.id, i]));
const timed = events.filter((e) => e[TIME] > 0);
let first = Infinity, last = -Infinity;
for (const e of timed) { first = Math.min(first, e[TIME]); last = Math.max(last, e[LASTTIME]); }
if (!(first <= last)) { first = 0; last = 1; }
if (last - first < 1000) last = first + 1000;
const all = { from: first - (last - first) * 0.01, to: last + (last - first) * 0.01 };
let view = { ...all }, shown = events.map((_, i) => i), picked = -1;

const time = (ms) => ms > 0 ? new Date(ms).toISOString() : "";
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name);

// Terms of active controllers and times at which brokers were fenced, from the events.
function spans() {
  const terms = [], fenced = [];
  const since = new Map();
  for (const e of timed) {
    const kind = kinds[e[KIND]].name, id = e[NODES][0];
    if (kind === "controller-elected") {
      if (terms.length) terms[terms.length - 1].to = e[TIME];
      terms.push({ id, epoch: e[EPOCH], from: e[TIME], to: last });
    } else if (kind === "broker-fenced" || (kind === "broker-registered" && e[TEXT].includes("fenced until"))) {
      if (!since.has(id)) since.set(id, e[TIME]);
    } else if (since.has(id) && (kind === "broker-unfenced" || kind === "broker-unregistered")) {
      fenced.push({ id, from: since.get(id), to: e[TIME] });
      since.delete(id);
    }
  }
  for (const [id, from] of since) fenced.push({ id, from, to: last });
  return { terms, fenced };
}
const { terms, fenced } = spans();

const canvas = $("lanes"), height = lanes.length * LANE + 3 * PLOT + 22;
canvas.style.height = Math.min(height, Math.round(innerHeight * 0.55)) + "px";
const scaleY = () => canvas.clientHeight / height;
const x = (ms) => LEFT + (ms - view.from) / (view.to - view.from) * (canvas.clientWidth - LEFT - 10);
const msAt = (px) => view.from + (px - LEFT) / (canvas.clientWidth - LEFT - 10) * (view.to - view.from);

function draw() {
  const ratio = devicePixelRatio || 1, w = canvas.clientWidth;
  canvas.width = w * ratio;
  canvas.height = canvas.clientHeight * ratio;
  const c = canvas.getContext("2d");
  c.setTransform(ratio, 0, 0, ratio * scaleY(), 0, 0);
  c.font = "11px system-ui, sans-serif";
  c.textBaseline = "middle";
  c.clearRect(0, 0, w, height);
  drawLanes(c, w);
  drawEvents(c);
  drawPlots(c, w);
  drawAxis(c, w);
  if (picked >= 0 && events[picked][TIME] > 0) {
    c.fillStyle = colour("mark");
    c.fillRect(x(events[picked][TIME]) - 1, 0, 2, height);
  }
  c.clearRect(0, 0, LEFT - 4, height);
  c.fillStyle = colour("fg");
  lanes.forEach((l, i) => c.fillText(l.role + " " + l.id, 14, i * LANE + LANE / 2));
  const top = lanes.length * LANE;
  ["epoch", "under-replicated", "no leader"].forEach((label, i) => c.fillText(label, 14, top + i * PLOT + PLOT / 2));
}

function bar(c, from, to, y, h, fill, alpha) {
  const a = Math.max(x(from), LEFT), b = Math.max(x(to), a + 1);
  c.globalAlpha = alpha;
  c.fillStyle = fill;
  c.fillRect(a, y, b - a, h);
  c.globalAlpha = 1;
}

function drawLanes(c, w) {
  for (let i = 0; i < lanes.length; i += 2) {
    c.fillStyle = colour("lane");
    c.fillRect(LEFT, i * LANE, w, LANE);
  }
  for (const t of terms) if (laneOf.has(t.id)) bar(c, t.from, t.to, laneOf.get(t.id) * LANE + 3, LANE - 6, colour("good"), 0.35);
  for (const f of fenced) if (laneOf.has(f.id)) bar(c, f.from, f.to, laneOf.get(f.id) * LANE + 3, LANE - 6, colour("bad"), 0.25);
}

// drawEvents draws one tick for each pixel of a lane, of the worst level there, so that many events cost no more than the width.
function drawEvents(c) {
  const worst = new Map();
  for (const i of shown) {
    const e = events[i];
    if (e[TIME] < view.from || e[TIME] > view.to) continue;
    const px = Math.round(x(e[TIME])), l = level(e);
    const on = e[NODES].length ? e[NODES] : [e[CONTROLLER]];
    for (const id of on) {
      if (!laneOf.has(id)) continue;
      const key = laneOf.get(id) * 65536 + px;
      if (!(worst.get(key) >= l)) worst.set(key, l);
    }
  }
  const fills = LEVELS.map(colour);
  for (const [key, l] of worst) {
    c.fillStyle = fills[l];
    c.fillRect(key % 65536 - 1, Math.floor(key / 65536) * LANE + 2, 2, LANE - 4);
  }
}

function plot(c, w, y, points, value, fill) {
  let most = 1;
  for (const p of points) most = Math.max(most, value(p));
  c.fillStyle = colour("line");
  c.fillRect(LEFT, y + PLOT - 1, w - LEFT, 1);
  c.fillStyle = fill;
  // A pixel shows the highest value within it, and those without a point the value before them.
  const high = new Float64Array(Math.ceil(w)).fill(-1), ends = new Float64Array(Math.ceil(w));
  let now = 0;
  for (const p of points) {
    const px = Math.round(x(p.time)), v = value(p);
    if (px < LEFT) now = v;
    else if (px < high.length) { high[px] = Math.max(high[px], v); ends[px] = v; }
  }
  for (let px = LEFT; px < high.length && px <= x(last); px++) {
    const h = Math.max(high[px], now) / most * (PLOT - 8);
    if (high[px] >= 0) now = ends[px];
    if (h > 0) c.fillRect(px, y + PLOT - 1 - h, 1, h);
  }
  c.fillStyle = colour("soft");
  c.fillText(String(most), w - 40, y + 10);
}

function drawPlots(c, w) {
  const top = lanes.length * LANE;
  plot(c, w, top, terms.map((t) => ({ time: t.from, epoch: t.epoch })), (p) => p.epoch, colour("info"));
  plot(c, w, top + PLOT, DATA.health, (p) => p.underReplicated, colour("warn"));
  plot(c, w, top + 2 * PLOT, DATA.health, (p) => p.offline, colour("bad"));
}

function drawAxis(c, w) {
  const y = lanes.length * LANE + 3 * PLOT, span = view.to - view.from;
  const steps = [1, 10, 100, 1000, 5000, 15000, 60000, 300000, 900000, 3600000, 14400000, 43200000, 86400000, 604800000, 2592000000, 31536000000];
  const step = steps.find((s) => span / s < w / 110) || steps[steps.length - 1];
  c.fillStyle = colour("soft");
  for (let t = Math.ceil(view.from / step) * step; t <= view.to; t += step) {
    const iso = new Date(t).toISOString();
    c.fillRect(x(t), y, 1, 5);
    c.fillText(step >= 86400000 ? iso.slice(0, 10) : step >= 60000 ? iso.slice(5, 16).replace("T", " ") : iso.slice(11, step >= 1000 ? 19 : 23), x(t) + 3, y + 12);
  }
}

function rows() {
  const list = $("list"), from = Math.max(0, Math.floor(list.scrollTop / ROW) - 5), to = Math.min(shown.length, from + Math.ceil(list.clientHeight / ROW) + 10);
  const box = $("rows");
  box.style.transform = "translateY(" + from * ROW + "px)";
  box.replaceChildren(...shown.slice(from, to).map(row));
}

function row(i) {
  const e = events[i], kind = kinds[e[KIND]], div = document.createElement("div");
  div.className = "row " + kind.level + (i === picked ? " picked" : "");
  div.setAttribute("role", "row");
  const term = "e" + e[EPOCH] + (e[CONTROLLER] >= 0 ? " c" + e[CONTROLLER] : "");
  const cells = [["soft", time(e[TIME])], ["", e[LAST] > e[OFFSET] ? e[OFFSET] + "-" + e[LAST] : e[OFFSET]], ["soft", term], ["kind", kind.name], ["text", e[TEXT] + (e[COPY] ? " [only in " + e[COPY] + "]" : "")]];
  for (const [name, text] of cells) {
    const cell = document.createElement("span");
    cell.className = name;
    cell.textContent = text;
    cell.setAttribute("role", "cell");
    div.append(cell);
  }
  div.onclick = () => pick(i, false);
  return div;
}

function pick(i, scroll) {
  picked = i;
  const e = events[i];
  if (scroll) $("list").scrollTop = Math.max(0, shown.indexOf(i) * ROW - $("list").clientHeight / 2);
  $("detail").textContent = time(e[TIME]) + (e[LASTTIME] > e[TIME] ? " to " + time(e[LASTTIME]) : "") + "\n" + e[TEXT] + (e[TOPICS].length ? "\ntopics: " + e[TOPICS].join(", ") : "");
  rows();
  draw();
}

// filter chooses what is shown: every word of the search must be there.
function filter() {
  const words = $("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const least = Number($("level").value), node = $("node").value;
  const off = new Set([...document.querySelectorAll("#kinds input")].filter((b) => !b.checked).map((b) => Number(b.value)));
  const zoomed = view.from > all.from || view.to < all.to;
  shown = [];
  for (let i = 0; i < events.length; i++) {
    const e = events[i];
    if (off.has(e[KIND]) || level(e) < least || (node !== "" && e[CONTROLLER] !== Number(node) && !e[NODES].includes(Number(node)))) continue;
    if (zoomed && (e[TIME] < view.from || e[TIME] > view.to)) continue;
    if (words.every((w) => hay[i].includes(w))) shown.push(i);
  }
  $("count").textContent = shown.length + " of " + events.length + " events";
  $("space").style.height = shown.length * ROW + "px";
  rows();
  draw();
}

function build() {
  const have = new Map();
  for (const e of events) have.set(e[KIND], (have.get(e[KIND]) || 0) + 1);
  kinds.forEach((k, i) => {
    if (!have.has(i)) return;
    const label = document.createElement("label"), box = document.createElement("input");
    box.type = "checkbox";
    box.checked = true;
    box.value = i;
    box.onchange = filter;
    label.append(box, " " + k.name + " (" + have.get(i) + ")");
    $("kinds").append(label);
  });
  for (const l of lanes) $("node").append(new Option(l.role + " " + l.id, l.id));
}

let down = null;
canvas.onmousedown = (m) => { down = { px: m.offsetX, from: view.from, to: view.to, moved: false }; };
onmouseup = (m) => {
  if (down && !down.moved && m.target === canvas) nearest(m.offsetX, m.offsetY);
  if (down && down.moved) filter();
  down = null;
};
canvas.onmousemove = (m) => {
  if (!down || Math.abs(m.offsetX - down.px) < 3 && !down.moved) return;
  down.moved = true;
  const by = (down.px - m.offsetX) / (canvas.clientWidth - LEFT - 10) * (down.to - down.from);
  view = { from: down.from + by, to: down.to + by };
  draw();
};
let soon = 0;
canvas.onwheel = (w) => {
  w.preventDefault();
  const at = msAt(w.offsetX), f = w.deltaY > 0 ? 1.25 : 0.8;
  view = { from: Math.max(all.from, at - (at - view.from) * f), to: Math.min(all.to, at + (view.to - at) * f) };
  if (view.to - view.from < 10) view.to = view.from + 10;
  draw();
  clearTimeout(soon);
  soon = setTimeout(filter, 150);
};

// nearest picks the event next to a point of the lanes, in its lane if there is one.
function nearest(px, py) {
  const lane = lanes[Math.floor(py / scaleY() / LANE)], at = msAt(px);
  let best = -1, far = Infinity;
  for (const i of shown) {
    const e = events[i];
    if (lane && !e[NODES].includes(lane.id) && e[CONTROLLER] !== lane.id) continue;
    const d = Math.abs(e[TIME] - at);
    if (d < far) { far = d; best = i; }
  }
  if (best >= 0) pick(best, true);
}

build();
$("search").oninput = $("level").onchange = $("node").onchange = filter;
$("list").onscroll = rows;
$("reset").onclick = () => {
  view = { ...all };
  $("search").value = $("node").value = "";
  $("level").value = "0";
  for (const b of document.querySelectorAll("#kinds input")) b.checked = true;
  filter();
};
onresize = () => { canvas.style.height = Math.min(height, Math.round(innerHeight * 0.55)) + "px"; rows(); draw(); };
filter();
