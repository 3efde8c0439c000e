// The plane of one game on a canvas: D's map, real and generated points, and the layers over them.

const TAIL = 10; // frames that a generated point drags behind it
const INSET = 0.3; // of the side: the best D beside the learned one

export function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(name).trim();
  return {
    real: of("--real"), made: of("--made"), ink: of("--ink"), soft: of("--soft"), paper: of("--paper"), card: of("--card"),
    no: rgb(of("--judge")), yes: rgb(of("--yes")), middle: rgb(of("--card")), judge: of("--judge"),
  };
}

function rgb(hex) {
  const number = parseInt(hex.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

export class View {
  constructor(canvas) {
    this.canvas = canvas;
    this.limits = [-2.5, 2.5];
    this.real = [];
    this.trail = [];
    this.layers = new Set();
    this.arrays = null;
    this.strokes = null; // places drawn by hand, while one draws
    this.scale = null;
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  begin(facts, anew) { // what a game says of itself once
    this.limits = facts.limits;
    this.real = facts.real;
    this.boundary = facts.boundary;
    this.logits = facts.logits;
    if (anew) { this.trail = []; this.scale = null; this.arrays = null; }
  }

  show(arrays) {
    this.arrays = arrays;
    this.trail.push(arrays.points.values);
    if (this.trail.length > TAIL) this.trail.shift();
    this.waiting ||= requestAnimationFrame(() => this.draw()); // of frames that come in between, the last is drawn
  }

  // From data to pixels, and back
  x(value) { return ((value - this.limits[0]) / (this.limits[1] - this.limits[0])) * this.side; }
  y(value) { return this.side - this.x(value); }
  place(event) {
    const box = this.canvas.getBoundingClientRect();
    const [low, high] = this.limits;
    return [low + ((event.clientX - box.left) / box.width) * (high - low), high - ((event.clientY - box.top) / box.height) * (high - low)];
  }

  draw() {
    cancelAnimationFrame(this.waiting);
    this.waiting = 0;
    const pixels = Math.round(this.canvas.clientWidth * devicePixelRatio);
    if (!pixels) return;
    if (this.canvas.width !== pixels) this.canvas.width = this.canvas.height = pixels;
    this.side = pixels;
    this.unit = pixels / 400;
    const pen = this.canvas.getContext("2d");
    const ink = colours();
    pen.clearRect(0, 0, pixels, pixels);
    pen.fillStyle = ink.card;
    pen.fillRect(0, 0, pixels, pixels);
    const arrays = this.arrays || {};
    if (this.strokes) return this.drawStrokes(pen, ink);
    if (arrays.judge && this.layers.has("judge")) this.map(pen, ink, arrays.judge, (v) => this.share(v), 0, 0, pixels);
    this.dots(pen, this.real.flat(), ink.real, 1.5, 0.45);
    if (arrays.manifold && this.layers.has("manifold")) this.mesh(pen, ink, arrays.manifold);
    if (arrays.plan && this.layers.has("plan")) this.ways(pen, ink, arrays);
    if (this.layers.has("tails")) this.tails(pen, ink);
    if (arrays.points) this.dots(pen, arrays.points.values, ink.made, 2, 0.85);
    if (arrays.gradient && this.layers.has("gradient")) this.arrows(pen, ink, arrays);
    if (arrays.best && this.layers.has("best")) this.inset(pen, ink, arrays.best);
  }

  dots(pen, values, colour, radius, alpha) {
    pen.fillStyle = colour;
    pen.globalAlpha = alpha;
    const r = radius * this.unit;
    pen.beginPath();
    for (let i = 0; i + 1 < values.length; i += 2) {
      const x = this.x(values[i]), y = this.y(values[i + 1]);
      if (x > -r && y > -r && x < this.side + r && y < this.side + r) { pen.moveTo(x + r, y); pen.arc(x, y, r, 0, 7); }
    }
    pen.fill();
    pen.globalAlpha = 1;
  }

  // How far D takes a place for real, from 0 to 1
  share(value) {
    if (this.logits) return 1 / (1 + Math.exp(-value));
    const [middle, reach] = this.scale || [0, 1];
    return 0.5 + 0.5 * Math.tanh((value - middle) / reach);
  }

  // What the ends of the map's colours mean
  legend() {
    if (this.logits) return ["D: generated, 0", "1, real"];
    const [middle, reach] = this.scale || [0, 1];
    return [`D: generated, ${rounded(middle - reach)}`, `${rounded(middle + reach)}, real`];
  }

  measure(values) { // the scale of a map that is no probability, which follows slowly
    if (this.logits) return;
    let low = Infinity, high = -Infinity;
    for (const v of values) if (Number.isFinite(v)) { low = Math.min(low, v); high = Math.max(high, v); }
    if (!(low <= high)) return;
    const middle = this.boundary ?? (low + high) / 2;
    const reach = Math.max(high - middle, middle - low, 1e-6) / 1.2;
    const [m, r] = this.scale || [middle, reach];
    this.scale = [m + 0.2 * (middle - m), r + 0.2 * (reach - r)];
  }

  map(pen, ink, { shape, values }, share, left, top, size) {
    if (share(0) === this.share(0)) this.measure(values);
    const [rows, columns] = shape;
    const image = new ImageData(columns, rows);
    for (let i = 0; i < values.length; i++) {
      const t = share(values[i]);
      const far = Math.min(1, Math.abs(2 * t - 1)) * 0.75;
      const end = t < 0.5 ? ink.no : ink.yes;
      const row = rows - 1 - Math.floor(i / columns);
      const at = 4 * (row * columns + (i % columns));
      for (let c = 0; c < 3; c++) image.data[at + c] = Number.isFinite(t) ? ink.middle[c] + far * (end[c] - ink.middle[c]) : 128;
      image.data[at + 3] = 255;
    }
    const small = new OffscreenCanvas(columns, rows);
    small.getContext("2d").putImageData(image, 0, 0);
    pen.imageSmoothingEnabled = true;
    pen.imageSmoothingQuality = "high";
    const edge = 0.5; // nodes lie on the window's edge, pixels around their middles
    pen.drawImage(small, edge, edge, columns - 1, rows - 1, left, top, size, size);
  }

  mesh(pen, ink, { shape, values }) {
    const [rows, columns] = shape;
    pen.strokeStyle = ink.made;
    pen.globalAlpha = 0.55;
    pen.lineWidth = this.unit;
    pen.beginPath();
    const at = (i, j) => [this.x(values[2 * (i * columns + j)]), this.y(values[2 * (i * columns + j) + 1])];
    for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) j ? pen.lineTo(...at(i, j)) : pen.moveTo(...at(i, j));
    if (rows > 1) for (let j = 0; j < columns; j++) for (let i = 0; i < rows; i++) i ? pen.lineTo(...at(i, j)) : pen.moveTo(...at(i, j));
    pen.stroke();
    pen.globalAlpha = 1;
  }

  ways(pen, ink, { points, plan }) {
    pen.strokeStyle = ink.soft;
    pen.globalAlpha = 0.7;
    pen.lineWidth = this.unit;
    pen.beginPath();
    for (let i = 0; i < plan.values.length; i += 2) {
      pen.moveTo(this.x(points.values[i]), this.y(points.values[i + 1]));
      pen.lineTo(this.x(plan.values[i]), this.y(plan.values[i + 1]));
    }
    pen.stroke();
    pen.globalAlpha = 1;
  }

  tails(pen, ink) {
    pen.strokeStyle = ink.made;
    pen.lineWidth = 0.9 * this.unit;
    for (let k = 1; k < this.trail.length; k++) {
      const [from, to] = [this.trail[k - 1], this.trail[k]];
      pen.globalAlpha = 0.28 * (k / this.trail.length);
      pen.beginPath();
      for (let i = 0; i + 1 < Math.min(from.length, to.length, 400); i += 2) {
        pen.moveTo(this.x(from[i]), this.y(from[i + 1]));
        pen.lineTo(this.x(to[i]), this.y(to[i + 1]));
      }
      pen.stroke();
    }
    pen.globalAlpha = 1;
  }

  arrows(pen, ink, { points, gradient }) {
    const lengths = [];
    for (let i = 0; i < gradient.values.length; i += 2) lengths.push(Math.hypot(gradient.values[i], gradient.values[i + 1]));
    const usual = [...lengths].sort((a, b) => a - b)[Math.floor(0.9 * lengths.length)];
    if (!(usual > 0)) return;
    pen.strokeStyle = ink.ink;
    pen.globalAlpha = 0.75;
    pen.lineWidth = 1.1 * this.unit;
    pen.beginPath();
    const reach = 26 * this.unit;
    for (let i = 0; i < lengths.length; i++) {
      const size = Math.min(1, lengths[i] / usual) * reach / (lengths[i] || 1);
      const dx = gradient.values[2 * i] * size, dy = -gradient.values[2 * i + 1] * size;
      const x = this.x(points.values[2 * i]), y = this.y(points.values[2 * i + 1]);
      pen.moveTo(x, y);
      pen.lineTo(x + dx, y + dy);
      pen.moveTo(x + dx - 0.28 * dx - 0.16 * dy, y + dy - 0.28 * dy + 0.16 * dx);
      pen.lineTo(x + dx, y + dy);
      pen.lineTo(x + dx - 0.28 * dx + 0.16 * dy, y + dy - 0.28 * dy - 0.16 * dx);
    }
    pen.stroke();
    pen.globalAlpha = 1;
  }

  inset(pen, ink, best) {
    const size = INSET * this.side, left = this.side - size - 8 * this.unit, top = 8 * this.unit;
    this.map(pen, ink, best, (v) => v, left, top, size);
    pen.strokeStyle = ink.ink;
    pen.lineWidth = this.unit;
    pen.strokeRect(left, top, size, size);
    pen.fillStyle = ink.ink;
    pen.font = `${13 * this.unit}px system-ui, sans-serif`;
    pen.textAlign = "right";
    pen.fillText("the best D", left + size, top + size + 15 * this.unit);
  }

  drawStrokes(pen, ink) {
    this.dots(pen, this.strokes.flat(), ink.real, 4, 0.8);
    if (this.strokes.length) return;
    pen.fillStyle = ink.soft;
    pen.textAlign = "center";
    pen.font = `${18 * this.unit}px system-ui, sans-serif`;
    pen.fillText("Draw here with the mouse or a finger", this.side / 2, this.side / 2);
  }
}

export function rounded(value) {
  if (typeof value !== "number") return value === null ? "\u2013" : String(value);
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));
}

// The figures beside a picture, as terms and descriptions
export function rowsOf(said) {
  const percent = (share) => `${Math.round(100 * share)} %`;
  const rows = [];
  if ("modes" in said) rows.push(["modes covered", `${said.modes} of ${said.of}`]);
  if (said.earth_mover != null) rows.push(["earth mover's distance", said.earth_mover.toFixed(2)]);
  if ("accuracy_real" in said) rows.push(["D right on real | generated", `${percent(said.accuracy_real)} | ${percent(said.accuracy_fake)}`]);
  if ("g_gradient" in said) rows.push(["gradient of D | G", `${rounded(said.d_gradient)} | ${rounded(said.g_gradient)}`]);
  if ("speed" in said) rows.push(["steps a second", String(Math.round(said.speed))]);
  return rows.map(([name, value]) => {
    const row = document.createElement("div");
    for (const [tag, textContent] of [["dt", name], ["dd", value]]) row.append(Object.assign(document.createElement(tag), { textContent }));
    return row;
  });
}

export function followTheme(button, changed) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const set = (name) => { document.documentElement.dataset.theme = name; changed(); };
  dark.addEventListener("change", () => set(dark.matches ? "dark" : "light"));
  button.addEventListener("click", () => set(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
  set(dark.matches ? "dark" : "light");
  followPixels(changed);
}

function followPixels(changed) { // a window that is moved to another screen, or zoomed
  const pixels = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
  pixels.addEventListener("change", () => { changed(); followPixels(changed); }, { once: true });
}
