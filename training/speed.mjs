// Milliseconds of every graph of some bundles, side by side: rounds in turn, median and middle half.
//   node speed.mjs BUNDLE [BUNDLE …]      (in a folder below which onnxruntime-node is installed)
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
const require = createRequire(path.join(process.cwd(), 'package.json'));
const ort = require('onnxruntime-node');

const ROUNDS = 60, ROWS = 8;
const zeros = (type, dims) => {
  const n = dims.reduce((a, b) => a * b, 1), kind = { float32: Float32Array, float16: Uint16Array, int64: BigInt64Array, int32: Int32Array }[type];
  return new ort.Tensor(type, new kind(n), dims);
};
const noise = dims => {
  const t = zeros('float32', dims);
  let seed = 1;
  for (let i = 0; i < t.data.length; i++) t.data[i] = ((seed = (seed * 48271) % 2147483647) / 2147483647) * 2 - 1;
  return t;
};

async function open(folder) {
  const m = JSON.parse(fs.readFileSync(path.join(folder, 'bundle.json')));
  const began = performance.now(), s = {};
  for (const [name, graph] of Object.entries(m.graphs))
    s[name] = await ort.InferenceSession.create(path.join(folder, graph.file), { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const load = performance.now() - began;
  const pixels = noise([1, 3, m.image.size, m.image.size]);
  const features = (await s.encode.run({ pixels })).features;
  const box = zeros('float32', [1, m.prompt.slots, 4]), kind = zeros('int64', [1, m.prompt.slots]), owner = zeros('int64', [1, m.prompt.slots]);
  box.data.set([0, 0, 1, 0.75, 0.2, 0.2, 0.5, 0.6]);
  kind.data.set([4n, 1n]);
  const { layers: L, kvHeads: H, headWidth: D, length: P } = m.prefix;
  const step = rows => {
    const fed = { ids: zeros('int64', [rows, 1]), pos: zeros('int64', [rows, 1]), seqlens_k: zeros('int32', [rows]), total: new ort.Tensor('int32', Int32Array.of(P + 9), [1]) };
    fed.pos.data.fill(BigInt(P + 8)), fed.seqlens_k.data.fill(P + 8);
    for (let l = 0; l < L; l++) for (const n of 'kv') fed[`past_${n}.${l}`] = zeros('float32', [rows, H, m.decoder.maxTokens, D]);
    return () => s.decode.run(fed);
  };
  const work = {
    encode: () => s.encode.run({ pixels }),
    region: () => s.region.run({ features, boxes: box, kind, owner }),
    'decode, one row': step(1),
    [`decode, ${ROWS} rows`]: step(ROWS),
    detect: () => s.detect.run({ features }),
  };
  if (s.mask) work.mask = () => s.mask.run({ features, boxes: new ort.Tensor('float32', Float32Array.of(0.2, 0.2, 0.5, 0.6), [1, 4]) });
  const size = Object.values(m.graphs).reduce((sum, g) => sum + fs.statSync(path.join(folder, g.file)).size, 0);
  return { name: `${m.version}`, load, size, work, times: Object.fromEntries(Object.keys(work).map(k => [k, []])) };
}

const bundles = [];
for (const folder of process.argv.slice(2)) bundles.push(await open(folder));
for (let round = -5; round < ROUNDS; round++)
  for (const name of Object.keys(bundles.at(-1).work))
    for (const b of bundles) {
      if (!b.work[name]) continue;
      const began = performance.now();
      await b.work[name]();
      if (round >= 0) b.times[name].push(performance.now() - began);
    }
const at = (sorted, share) => sorted[Math.floor(share * (sorted.length - 1))];
const cell = times => {
  if (!times?.length) return '–';
  const s = times.sort((a, b) => a - b);
  return `${at(s, 0.5).toFixed(2)} (${at(s, 0.25).toFixed(2)}–${at(s, 0.75).toFixed(2)})`;
};
console.log(`| one thread, ms | ${bundles.map(b => b.name).join(' | ')} |\n|---|${bundles.map(() => '---').join('|')}|`);
for (const name of Object.keys(bundles.at(-1).work)) console.log(`| ${name} | ${bundles.map(b => cell(b.times[name])).join(' | ')} |`);
console.log(`| graphs, MB | ${bundles.map(b => (b.size / 1e6).toFixed(1)).join(' | ')} |`);
console.log(`| loading all graphs, ms | ${bundles.map(b => b.load.toFixed(0)).join(' | ')} |`);
