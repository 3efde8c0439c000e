// Curves of the losses since the game began.

import { colours } from "./view.js";

const MOST = 600; // values of a curve; then every second one is dropped

export class Chart {
  constructor(canvas) {
    this.canvas = canvas;
    this.clear();
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  clear() { this.steps = []; this.curves = { d_loss: [], g_loss: [] }; }

  add(step, losses) {
    if (!losses || !("d_loss" in losses) || step <= (this.steps.at(-1) ?? -1)) return;
    this.steps.push(step);
    for (const name in this.curves) this.curves[name].push(losses[name]);
    if (this.steps.length > MOST) {
      const even = (_, i) => i % 2 === 0;
      this.steps = this.steps.filter(even);
      for (const name in this.curves) this.curves[name] = this.curves[name].filter(even);
    }
    this.draw();
  }

  draw() {
    const ratio = devicePixelRatio, width = Math.round(this.canvas.clientWidth * ratio), height = Math.round(this.canvas.clientHeight * ratio);
    if (!width) return;
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    const pen = this.canvas.getContext("2d"), ink = colours();
    pen.clearRect(0, 0, width, height);
    const values = Object.values(this.curves).flat().filter((v) => v !== null && Number.isFinite(v)).sort((a, b) => a - b);
    const floor = 16 * ratio;
    pen.font = `${13 * ratio}px system-ui, sans-serif`;
    pen.textBaseline = "top";
    let left = 0;
    for (const [name, colour, words] of [["d_loss", ink.judge, "D's loss"], ["g_loss", ink.made, "G's loss"]]) {
      pen.fillStyle = colour;
      pen.fillText(words, left, 0);
      left += pen.measureText(words).width + 10 * ratio;
      if (values.length < 4) continue;
      const low = values[Math.floor(0.01 * values.length)], high = values[Math.floor(0.99 * (values.length - 1))];
      const [first, last] = [this.steps[0], this.steps.at(-1)];
      pen.strokeStyle = colour;
      pen.lineWidth = 1.6 * ratio;
      pen.beginPath();
      this.curves[name].forEach((value, i) => {
        const x = ((this.steps[i] - first) / (last - first || 1)) * width;
        const y = floor + (1 - Math.min(1, Math.max(0, (value - low) / (high - low || 1)))) * (height - floor - 2 * ratio);
        if (value !== null) pen.lineTo(x, y);
      });
      pen.stroke();
    }
  }
}
