// Compares a bundle's graphs in ONNX Runtime with what torch computed (parity.py), and checks that a
// row is bit for bit the same alone and in a batch. The bundle is one whose encoder computes in float32 (made in a folder
// without ranges.safetensors). Needs `npm i onnxruntime-node` in a folder above.
//   node parity.mjs BUNDLE PARITY
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
const require = createRequire(path.join(process.cwd(), 'package.json'));
const ort = require('onnxruntime-node');

const [bundle, folder] = process.argv.slice(2);
const manifest = JSON.parse(fs.readFileSync(path.join(bundle, 'bundle.json')));
const { arrays, cases, eos } = JSON.parse(fs.readFileSync(path.join(folder, 'index.json')));
const kinds = { float32: Float32Array, float16: Uint16Array, int64: BigInt64Array };
const read = a => {
  const b = fs.readFileSync(path.join(folder, a.file));
  return new kinds[a.type](b.buffer.slice(b.byteOffset, b.byteOffset + b.length));
};
const tensor = a => new ort.Tensor(a.type, read(a), a.shape);
const half = h => {
  const s = h & 0x8000 ? -1 : 1, e = (h >> 10) & 31, f = h & 1023;
  return e === 0 ? s * f * 2 ** -24 : e === 31 ? (f ? NaN : s * Infinity) : s * (1 + f / 1024) * 2 ** (e - 15);
};
const numbers = (data, type) => type === 'float16' ? Float32Array.from(new Uint16Array(data.buffer, data.byteOffset, data.length), half) : data;
const worst = (x, y) => { let m = 0; for (let i = 0; i < x.length; i++) m = Math.max(m, Math.abs(x[i] - y[i])); return m; };
const open = name => ort.InferenceSession.create(path.join(bundle, manifest.graphs[name].file), { intraOpNumThreads: 1, interOpNumThreads: 1 });
const rows = (t, from, to) => {
  const size = t.data.length / t.dims[0];
  return new ort.Tensor(t.type, t.data.slice(from * size, to * size), [to - from, ...t.dims.slice(1)]);
};
let failed = false;
const report = (what, value, limit) => {
  const ok = value <= limit;
  failed ||= !ok;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${what}: ${typeof value === 'number' ? value.toExponential(2) : value} (limit ${limit})`);
};

const inputs = Object.fromEntries(Object.entries(arrays).map(([n, a]) => [n, tensor(a)]));
const B = inputs.pixels.dims[0];
const encode = await open('encode'), region = await open('region'), detect = await open('detect'), decode = await open('decode');

const features = (await encode.run({ pixels: inputs.pixels })).features;
const settled = read(arrays.settled), where = x => x.map((v, i) => settled[i] ? v : 0);
const want = where(numbers(read(arrays.features), 'float16')), got = where(numbers(features.data, 'float16'));
// One unit in the last place of a half between 4 and 8 is 2^-8.
report('encode, max abs difference (float16)', worst(want, got), 2 ** -7);
// Every slot is read by itself here, so that one prompt's slots may be beside another's.
const R = inputs.kind.dims[1];
const copies = new ort.Tensor('float32', new Float32Array(B * R).fill(1), [B, R]);
const order = new ort.Tensor('int64', BigInt64Array.from({ length: manifest.prefix.length }, (_, i) => BigInt(i)), [manifest.prefix.length]);
const fed = { features: inputs.features, boxes: inputs.boxes, kind: inputs.kind, owner: inputs.owner, copies, rows: order };
const prefix = (await region.run(fed)).prefix;
report('region, max abs difference', worst(prefix.data, read(arrays.prefix)), 1e-3);
const found = await detect.run({ features: inputs.features });
const scores = read(arrays.scores), real = x => x.filter((_, i) => scores[i >> 2] > 1e-3);  // the rest are ties at 0
report('detect boxes, max abs difference', worst(real(found.boxes.data), real(read(arrays.proposals))), 1e-3);
report('detect scores, max abs difference', worst(found.scores.data, scores), 1e-3);

const mask = await open('mask'), drawn = await mask.run({ features: inputs.features, boxes: inputs.outlined });
report('mask logits, max abs difference', worst(drawn.mask.data, read(arrays.mask)), 1e-3);
report('mask frames, max abs difference', worst(drawn.frame.data, read(arrays.frame)), 1e-6);

let apart = 0;
for (let b = 0; b < B; b++) {
  const one = (await encode.run({ pixels: rows(inputs.pixels, b, b + 1) })).features;
  apart = Math.max(apart, worst(numbers(one.data, 'float16'), numbers(rows(features, b, b + 1).data, 'float16')));
}
report('encode, a row alone and in a batch', apart, 0);
apart = 0;
for (let b = 0; b < B; b++) {
  const part = Object.fromEntries(Object.entries(fed).map(([n, t]) => [n, n === 'rows' ? t : rows(t, b, b + 1)]));
  apart = Math.max(apart, worst((await region.run(part)).prefix.data, rows(prefix, b, b + 1).data));
}
report('region, a row alone and in a batch', apart, 0);

const { layers: L, kvHeads: H, headWidth: D, length: P } = manifest.prefix, M = manifest.decoder.maxTokens;
function caches(rowsIn) {          // the prefix laid into a cache of M positions, junk behind it
  const held = {};
  for (let l = 0; l < L; l++) for (const [s, n] of [[0, 'k'], [1, 'v']]) {
    const data = new Float32Array(rowsIn.length * H * M * D).fill(7.5);
    rowsIn.forEach((row, i) => {
      for (let h = 0; h < H; h++) {
        const from = (((row * L + l) * 2 + s) * H + h) * P * D;
        data.set(prefix.data.subarray(from, from + P * D), (i * H + h) * M * D);
      }
    });
    held[`past_${n}.${l}`] = new ort.Tensor('float32', data, [rowsIn.length, H, M, D]);
  }
  return held;
}
const longs = a => BigInt64Array.from(a, BigInt);
async function step(held, ids, pos, T) {
  const B = ids.length / T;
  const last = pos.filter((_, i) => i % T === T - 1);
  const out = await decode.run({ ...held, ids: new ort.Tensor('int64', longs(ids), [B, T]), pos: new ort.Tensor('int64', longs(pos), [B, T]),
    seqlens_k: new ort.Tensor('int32', Int32Array.from(last), [B]), total: new ort.Tensor('int32', Int32Array.of(Math.max(...last) + 1), [1]) });
  for (const name of Object.keys(held)) held[name] = out[name.replace('past', 'present')];
  return out;
}
const V = manifest.decoder.vocabulary;
const best = (data, at) => { let m = at; for (let i = at; i < at + V; i++) if (data[i] > data[m]) m = i; return m - at; };

// Alone: the prompt in one read, then word by word.
let logitGap = 0, boxGap = 0, judgeGap = 0, same = 0;
const alone = [];
for (let row = 0; row < B; row++) {
  const { prompt, ids: expected } = cases[row], held = caches([row]), ids = [...prompt];
  const wantLogits = read(cases[row].logits), wantBoxes = read(cases[row].boxes), wantJudged = read(cases[row].plausible);
  let out = await step(held, prompt, prompt.map((_, i) => P + i), prompt.length);
  let at = (prompt.length - 1) * V;
  logitGap = Math.max(logitGap, worst(out.logits.data, wantLogits.subarray(0, prompt.length * V)));
  for (;;) {
    const word = best(out.logits.data, at);
    if (word === eos || ids.length - prompt.length >= 45) break;
    ids.push(word);
    out = await step(held, [word], [P + ids.length - 1], 1);
    at = 0;
    if (ids.length <= expected.length) {
      logitGap = Math.max(logitGap, worst(out.logits.data, wantLogits.subarray((ids.length - 1) * V, ids.length * V)));
      boxGap = Math.max(boxGap, worst(out.boxes.data, wantBoxes.subarray((ids.length - 1) * 4, ids.length * 4)));
      judgeGap = Math.max(judgeGap, Math.abs(out.plausible.data[0] - wantJudged[ids.length - 1]));
    }
  }
  same += ids.join() === expected.join() ? 1 : 0;
  // Again one word at a time from the start, as in the batch below: a longer read is another sum order.
  const again = caches([row]), kept = [];
  for (let t = 0; t < ids.length; t++) kept.push((await step(again, [ids[t]], [P + t], 1)).logits.data.slice());
  alone.push({ ids, kept });
}
report('decode logits, max abs difference', logitGap, 1e-3);
report('decode boxes, max abs difference', boxGap, 1e-3);
report('decode plausibility, max abs difference', judgeGap, 1e-3);
report('greedy texts that differ', B - same, 0);

// Together: rows of different lengths join one by one; every step's logits must be the same bits.
const held = caches([...Array(B).keys()]);
apart = 0;
for (let s = 0; s < 40; s++) {
  const ids = [], pos = [];
  for (let row = 0; row < B; row++) {
    const t = Math.min(Math.max(0, s - row % 4), alone[row].ids.length - 1);
    ids.push(alone[row].ids[t]);
    pos.push(P + t);
  }
  const out = await step(held, ids, pos, 1);
  for (let row = 0; row < B; row++) {
    const t = pos[row] - P;
    apart = Math.max(apart, worst(out.logits.data.subarray(row * V, row * V + V), alone[row].kept[t]));
  }
}
report('decode, a row alone and in a batch', apart, 0);
process.exit(failed ? 1 : 0);
