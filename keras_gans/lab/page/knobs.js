// Knobs: a slider, a switch or a choice for each argument, with what a change of it does to the training.

import { rounded } from "./view.js";

const GROUPS = [["learning_rate", "beta", "rho", "momentum"], ["penalty", "loss"], ["width", "depth", "latent", "dropout", "spectral", "slope", "minibatch", "noise"]];

function group(name) {
  const found = GROUPS.findIndex((words) => words.some((word) => name.includes(word)));
  return found < 0 ? 1.5 : found;
}

function slider(knob, change) {
  const input = document.createElement("input");
  input.type = "range";
  const to = knob.powers ? Math.log : (v) => v;
  const back = knob.powers ? Math.exp : (v) => v;
  const steps = knob.whole && !knob.powers ? knob.most - knob.least : 200;
  const [low, high] = [to(knob.least), to(knob.most)];
  input.min = 0;
  input.max = steps;
  input.value = Math.round(((to(knob.value) - low) / (high - low)) * steps);
  const value = () => {
    const exact = back(low + (input.value / steps) * (high - low));
    if (knob.whole) return Math.round(exact);
    return Math.min(knob.most, Math.max(knob.least, Number(exact.toPrecision(2))));
  };
  input.addEventListener("input", () => { input.parentElement.querySelector("output").value = rounded(value()); });
  input.addEventListener("change", () => change(value()));
  return input;
}

function control(knob, change) {
  if (knob.choices) {
    const select = document.createElement("select");
    for (const choice of knob.choices) select.add(new Option(choice.replaceAll("_", " "), choice, false, choice === knob.value));
    select.addEventListener("change", () => change(select.value));
    return select;
  }
  if (typeof knob.usual === "boolean") {
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = knob.value;
    box.addEventListener("change", () => change(box.checked));
    return box;
  }
  return slider(knob, change);
}

export function makeKnobs(place, knobs, change) {
  const held = document.activeElement?.closest?.("label")?.dataset.name;
  const within = place.contains(document.activeElement);
  place.replaceChildren(...[...knobs].sort((a, b) => group(a.name) - group(b.name)).map((knob) => {
    const label = document.createElement("label");
    label.dataset.name = knob.name;
    label.title = `${knob.effect === "anew" ? "A change begins anew" : knob.effect === "at once" ? "A change holds at once" : "After a change the training goes on"}; the recipe has ${rounded(knob.usual)}`;
    label.classList.toggle("changed", knob.value !== knob.usual);
    const words = document.createElement("span");
    words.textContent = knob.words;
    const shown = document.createElement("output");
    const input = control(knob, (value) => change(knob, value));
    if (input.type === "range") { shown.value = rounded(knob.value); label.append(words, shown, input); }
    else label.append(words, input);
    return label;
  }));
  if (within && held) place.querySelector(`label[data-name="${CSS.escape(held)}"] :is(input, select)`)?.focus();
}
