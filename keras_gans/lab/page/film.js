// The player of a film that was recorded: the same pictures and figures as in the laboratory, and a slider.

import { Chart } from "./chart.js";
import { rowsOf, View } from "./view.js";

const PAUSE = 80; // milliseconds between two frames
const film = JSON.parse(document.querySelector("#film").textContent);
const at = document.querySelector("#at"), slider = document.querySelector("#slider"), play = document.querySelector("#play");

function unpack({ shape, bytes, values, between }, limits) {
  const raw = Uint8Array.from(atob(values), (c) => c.charCodeAt(0));
  const numbers = bytes === "1" ? raw : new Uint16Array(raw.buffer);
  const [low, high] = between || limits;
  return { shape, values: Float32Array.from(numbers, (n) => low + (n / (bytes === "1" ? 255 : 65535)) * (high - low)) };
}

const games = film.games.map((game) => {
  const element = document.querySelector("#panel").content.cloneNode(true).firstElementChild;
  document.querySelector("main").append(element);
  const of = (selector) => element.querySelector(selector);
  of(".recipe").textContent = game.name;
  const changed = Object.entries(game.changed).map(([name, value]) => `${name} ${value}`).join(", ");
  of(".effect").textContent = changed ? `Changed in the recipe: ${changed}.` : "The recipe as it is.";
  const view = new View(of(".plane")), chart = new Chart(of(".losses"));
  const real = unpack(game.real, game.limits).values;
  view.begin({ ...game, real: [[...real]] }, true);
  view.layers = new Set(film.layers);
  const frames = game.frames.map((frame) => Object.fromEntries(Object.entries(frame).map(([name, part]) => [name, unpack(part)])));
  game.losses.forEach((losses, i) => chart.add(film.steps[i], losses));
  return { game, of, view, chart, frames };
});

function show(index, jumped) {
  slider.value = index;
  at.value = `step ${film.steps[index].toLocaleString("en")}`;
  for (const { game, of, view, frames } of games) {
    if (jumped) view.trail = frames.slice(Math.max(0, index - 9), index).map((frame) => frame.points.values);
    view.show(frames[index]);
    view.draw();
    of(".step").textContent = at.value;
    const figures = game.figures[index];
    of("dl").replaceChildren(...rowsOf(figures));
    of(".finding").hidden = !figures.finding;
    if (figures.finding) of(".finding").textContent = `Step ${figures.finding.step.toLocaleString("en")}, ${figures.finding.kind}. ${figures.finding.sentence}`;
    [of(".low").textContent, of(".high").textContent] = view.legend();
  }
}

let timer = 0;
function run(on) {
  clearInterval(timer);
  timer = on ? setInterval(() => (Number(slider.value) < film.steps.length - 1 ? show(Number(slider.value) + 1) : run(false)), PAUSE) : 0;
  play.textContent = on ? "Pause" : "Play";
}

document.querySelector("#watch").textContent = film.watch;
slider.max = film.steps.length - 1;
slider.addEventListener("input", () => { run(false); show(Number(slider.value), true); });
play.addEventListener("click", () => {
  if (!timer && Number(slider.value) === film.steps.length - 1) show(0, true);
  run(!timer);
});
addEventListener("keydown", (event) => {
  if (event.key === " " && !event.target.matches("button")) { event.preventDefault(); play.click(); }
});
followTheme(document.querySelector("#theme"), () => games.forEach(({ view, chart }) => { view.draw(); chart.draw(); }));
show(0, true);
