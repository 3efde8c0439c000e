// One game's part of the page: its picture, its figures, what the diagnosis says, and its knobs.

import { Chart } from "./chart.js";
import { makeKnobs } from "./knobs.js";
import { rounded, rowsOf, View } from "./view.js";

const EFFECTS = { "at once": "holds at once, at step", "goes on": "the training goes on from step", anew: "the training begins anew, from step" };

export class Panel {
  constructor(number, on) {
    this.number = number;
    this.on = on;
    this.forget();
    this.element = document.querySelector("#panel").content.cloneNode(true).firstElementChild;
    const of = (selector) => this.element.querySelector(selector);
    this.of = of;
    this.view = new View(of(".plane"));
    this.chart = new Chart(of(".losses"));
    of(".recipe").addEventListener("change", ({ target }) => on.spec({ recipe: target.value, knobs: {} }, target.value));
  }

  ready(recipes) {
    this.of(".recipe").replaceChildren(...recipes.map((name) => new Option(name, name)));
    if (this.facts) this.of(".recipe").value = this.facts.recipe;
  }

  begin(facts, again = false) {
    const anew = facts.effect === "anew" && !again;
    this.facts = facts;
    if (again) this.forget(); // it was refused
    this.of(".recipe").value = facts.recipe;
    this.view.begin(facts, anew);
    if (anew) { this.chart.clear(); this.chart.draw(); this.of("dl").replaceChildren(); this.of(".finding").hidden = true; }
    if (this.turned && !again) this.of(".effect").textContent = `${this.turned}: ${EFFECTS[facts.effect]} ${facts.step.toLocaleString("en")}.`;
    else if (anew) this.of(".effect").textContent = "";
    this.turned = "";
    this.legend();
    makeKnobs(this.of(".knobs"), facts.knobs, (knob, value) => {
      const knobs = { ...(this.asked || facts.spec).knobs, [knob.name]: value };
      if (value === knob.usual) delete knobs[knob.name];
      if (knob.name === "penalty") for (const name in knobs) if (name.startsWith("penalty.")) delete knobs[name];
      this.asked = { recipe: facts.recipe, knobs };
      this.sent.push(JSON.stringify(this.asked));
      this.on.spec(this.asked, `${knob.words} ${rounded(value)}`);
    });
    this.view.draw();
  }

  show(frame) {
    this.step = frame.step;
    this.of(".step").textContent = `step ${frame.step.toLocaleString("en")}`;
    this.view.show(frame.arrays);
    this.chart.add(frame.step, frame.losses);
    this.legend();
  }

  legend() {
    if (this.facts) [this.of(".low").textContent, this.of(".high").textContent] = this.view.legend();
  }

  figures(said) {
    this.of("dl").replaceChildren(...rowsOf(said));
    const finding = this.of(".finding"), button = finding.querySelector("button");
    finding.hidden = !said.finding;
    if (!said.finding) return;
    finding.querySelector("span").textContent = `Step ${said.finding.step.toLocaleString("en")}, ${said.finding.kind}. ${said.finding.sentence}`;
    button.hidden = !said.remedy;
    if (said.remedy) {
      const words = said.remedy.words[0].toUpperCase() + said.remedy.words.slice(1);
      button.textContent = words;
      button.onclick = () => this.on.spec(said.remedy.spec, words);
    }
  }

  // What the board has now; what this page has not sent comes from another one, or from a scene
  agree(spec) {
    const before = this.agreed;
    this.agreed = JSON.stringify(spec);
    if (this.agreed === before) return; // the board speaks of something else
    const place = this.sent.indexOf(this.agreed);
    if (place < 0) this.forget();
    else this.sent.splice(0, place + 1); // answers come in order
  }

  forget() { [this.asked, this.sent] = [null, []]; }

  layers(layers) { this.view.layers = new Set(layers); this.view.draw(); }

  draw(strokes) {
    this.view.strokes = strokes;
    if (strokes) this.view.limits = [-2, 2];
    this.view.draw();
  }

  redraw() { this.view.draw(); this.chart.draw(); }
}
