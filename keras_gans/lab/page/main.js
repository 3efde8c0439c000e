// The laboratory's page: what comes from the games is shown, what one touches is sent.

import { readFrame } from "./frames.js";
import { makeKnobs } from "./knobs.js";
import { Panel } from "./panel.js";
import { followTheme } from "./view.js";

const KINDS = { ring: "Ring", grid: "Grid", swiss_roll: "Swiss roll", segments: "Segments", moons: "Moons", drawn: "Draw" };
const LAYERS = { tails: "tails", manifold: "manifold", judge: "D's map", gradient: "gradient", best: "best D", plan: "transport" };
const DRAWN = 0.05; // how far apart two places of a stroke are, at least
const one = (selector) => document.querySelector(selector);

let socket, board, toys = {}, drawing = false, strokes = [], back = 0;
const panels = [0, 1].map((number) => new Panel(number, {
  spec: (spec, what) => { panels[number].turned = what; send({ do: "game", game: number, spec }); },
}));
one("main").append(...panels.map((panel) => panel.element));

function send(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function word(text) {
  one("#word").textContent = text;
  one("#word").hidden = !text;
}

function connect() {
  socket = new WebSocket(new URL("live", location.href.replace(/^http/, "ws").split("#")[0]));
  socket.binaryType = "arraybuffer";
  socket.onopen = () => { back = 0; word("The games are getting ready: Keras is loading."); };
  socket.onmessage = ({ data }) => (typeof data === "string" ? hear(JSON.parse(data)) : see(data));
  socket.onclose = () => {
    word("The laboratory has ended. Start `keras-gans lab` again for a new one.");
    if (back++ < 3) setTimeout(connect, 500 * back);
  };
}

function see(buffer) {
  const number = new DataView(buffer).getUint8(0);
  panels[number].show(readFrame(buffer, 4));
  requestAnimationFrame(() => send({ do: "seen" })); // the next ones come when these are drawn
}

function hear(said) {
  const panel = panels[said.game];
  if (said.kind === "board") showBoard(said);
  else if (said.kind === "ready") { toys = said.toys; panel.ready(said.recipes); showToy(); }
  else if (said.kind === "game") { panel.begin(said); if (panels.every((p) => p.facts)) word(""); }
  else if (said.kind === "figures") panel.figures(said);
  else if (said.kind === "saved") { word(`Saved as ${said.name}; it is among the scenes now.`); location.hash = `scene=${said.name}`; }
  else if (said.kind === "refused") { word(said.words); panels.forEach((p) => p.facts && p.begin(p.facts, true)); }
  else if (said.kind === "ended") word("A game has ended. Start `keras-gans lab` again for a new one.");
}

function showBoard(said) {
  const first = !board;
  board = said;
  const names = Object.entries(said.scenes);
  one("#scene").replaceChildren(...(said.name ? [] : [new Option("changed", "")]), ...names.map(([name, title]) => new Option(title, name)));
  one("#scene").value = said.name;
  one("#watch").textContent = said.scene.watch + (said.name || !said.scene.watch ? "" : " (Changed since.)");
  one("#play").textContent = said.playing ? "Pause" : "Play";
  one("#speed").value = said.speed;
  one("#save").hidden = !said.own;
  for (const button of one("#kinds").children) button.setAttribute("aria-checked", button.value === said.scene.data.kind && !drawing);
  for (const button of one("#layers").children) button.setAttribute("aria-pressed", said.scene.layers.includes(button.value));
  panels.forEach((panel, number) => { panel.layers(said.scene.layers); panel.agree(said.scene.games[number]); });
  showToy();
  const asked = new URLSearchParams(location.hash.slice(1)).get("scene");
  if (first && asked && asked !== said.name) send({ do: "open", name: asked });
  else history.replaceState(null, "", said.name ? `#scene=${said.name}` : location.pathname); // so that each can be chosen again
}

// Data

function showToy() {
  if (!board || one("#toy").contains(document.activeElement)) return;
  const data = board.scene.data, given = toys[data.kind] || {};
  const knobs = Object.entries(given).map(([name, { value, whole }]) => ({
    name, words: name, value: data[name] ?? value, usual: value, effect: "anew", whole, powers: !whole,
    least: whole ? 1 : 0.005, most: whole ? (name === "side" ? 8 : 16) : 4,
  }));
  knobs.push({ name: "points", words: "points", value: data.points, usual: 4000, effect: "anew", whole: true, powers: true, least: 10, most: 20000 });
  makeKnobs(one("#toy"), knobs, (knob, value) => {
    document.activeElement.blur();
    send({ do: "data", data: { ...board.scene.data, [knob.name]: value } });
  });
}

function choose(kind) {
  setDrawing(kind === "drawn");
  if (kind !== "drawn") send({ do: "data", data: { kind, points: board.scene.data.points } });
}

function setDrawing(on) {
  drawing = on;
  strokes = [];
  document.body.classList.toggle("drawing", on);
  for (const panel of panels) panel.draw(on ? strokes : null);
  for (const button of one("#kinds").children) button.setAttribute("aria-checked", on ? button.value === "drawn" : button.value === board.scene.data.kind);
}

for (const panel of panels) {
  const canvas = panel.view.canvas;
  let pressed = false;
  const add = (event) => {
    const [x, y] = panel.view.place(event).map((v) => Math.min(1.95, Math.max(-1.95, v)));
    const last = strokes.at(-1) || [x, y]; // a quick hand leaves gaps, which are filled
    const many = strokes.length ? Math.floor(Math.hypot(x - last[0], y - last[1]) / DRAWN) : 1;
    for (let k = 1; k <= many && strokes.length < 1000; k++) strokes.push(last.map((from, i) => from + (k / many) * ([x, y][i] - from)));
    for (const each of panels) each.draw(strokes);
  };
  canvas.addEventListener("pointerdown", (event) => { if (drawing) { pressed = true; canvas.setPointerCapture(event.pointerId); add(event); } });
  canvas.addEventListener("pointermove", (event) => { if (pressed) add(event); });
  canvas.addEventListener("pointerup", () => {
    if (!pressed) return;
    pressed = false;
    send({ do: "data", data: { kind: "drawn", points: board.scene.data.points, places: strokes } });
    document.body.classList.remove("drawing");
    drawing = false;
    for (const each of panels) each.draw(null);
    one("#kinds [value=drawn]").textContent = "Draw anew";
  });
}

for (const [kind, words] of Object.entries(KINDS)) {
  const button = Object.assign(document.createElement("button"), { value: kind, textContent: words });
  button.setAttribute("role", "radio");
  button.addEventListener("click", () => choose(kind));
  one("#kinds").append(button);
}
for (const [layer, words] of Object.entries(LAYERS)) {
  const button = Object.assign(document.createElement("button"), { value: layer, textContent: words });
  button.addEventListener("click", () => {
    const shown = board.scene.layers;
    send({ do: "layers", layers: shown.includes(layer) ? shown.filter((l) => l !== layer) : [...shown, layer] });
  });
  one("#layers").append(button);
}

// Training

const acts = {
  play: () => send({ do: board?.playing ? "pause" : "play" }),
  step: () => send({ do: "step" }),
  d: () => send({ do: "move", player: "d" }),
  g: () => send({ do: "move", player: "g" }),
  anew: () => send({ do: "anew" }),
};
for (const [id, act] of Object.entries(acts)) one(`#${id}`).addEventListener("click", act);
const keys = { " ": "play", s: "step", d: "d", g: "g", r: "anew" };
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || one("dialog[open]")) return;
  if (event.target.matches("input:not([type=range], [type=checkbox]), select, textarea")) return;
  if (event.key === " " && event.target.matches("button, [type=checkbox]")) return; // which it presses
  const act = acts[keys[event.key.toLowerCase()]];
  if (act) { event.preventDefault(); act(); }
});
one("#speed").addEventListener("change", (event) => send({ do: "speed", speed: Number(event.target.value) }));
one("#scene").addEventListener("change", (event) => { if (event.target.value) location.hash = `scene=${event.target.value}`; });
addEventListener("hashchange", () => {
  const asked = new URLSearchParams(location.hash.slice(1)).get("scene");
  if (asked && asked !== board?.name) { setDrawing(false); send({ do: "open", name: asked }); }
});

// Code, saving, light and dark

const codes = one("#codes"), saving = one("#saving");
const showCode = () => { codes.querySelector("pre").textContent = panels[codes.querySelector("select").value].facts?.code || ""; };
one("#code").addEventListener("click", () => { showCode(); codes.showModal(); });
codes.querySelector("select").addEventListener("change", showCode);
codes.querySelector(".copy").addEventListener("click", async ({ target }) => {
  const pre = codes.querySelector("pre");
  try { await navigator.clipboard.writeText(pre.textContent); } catch {
    getSelection().selectAllChildren(pre); // where a page may not write to the clipboard
    document.execCommand("copy");
  }
  target.textContent = "Copied";
  setTimeout(() => { target.textContent = "Copy"; }, 1500);
});
one("#save").addEventListener("click", () => {
  saving.querySelector(".title").value = board.scene.title;
  saving.querySelector(".watch").value = board.scene.watch;
  saving.showModal();
});
saving.querySelector("form").addEventListener("submit", ({ submitter }) => {
  if (!submitter.matches(".keep")) return;
  const of = (name) => saving.querySelector(name).value.trim();
  send({ do: "save", name: of(".name"), scene: { ...board.scene, title: of(".title"), watch: of(".watch") } });
});
followTheme(one("#theme"), () => panels.forEach((panel) => panel.redraw()));
addEventListener("pagehide", () => socket?.close());
window.laboratory = { panels }; // for who wants to look closer in the console
connect();
