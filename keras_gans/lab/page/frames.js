// Frames as the games send them: a head in JSON, then float32 arrays.

export function readFrame(buffer, at = 0) {
  const size = new DataView(buffer).getUint32(at, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, at + 4, size)));
  const arrays = {};
  let place = at + 4 + size;
  for (const [name, shape] of head.arrays) {
    const count = shape.reduce((a, b) => a * b, 1);
    arrays[name] = { shape, values: new Float32Array(buffer, place, count) };
    place += 4 * count;
  }
  return { step: head.step, losses: head.losses, arrays };
}
