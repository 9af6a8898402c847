// The shipped bundle behind Node.js, with Loupe's HTTP API as far as ./loupe bench suite uses it: what a good Node
// developer would put together from onnxruntime-node, sharp and node:http. Features of images are cached in memory and
// computed once, however many ask for them at the same time.
//   node server.mjs --bundle DIR [--port 0] [--threads 1] [--cache-mb 512]
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { Memo } from './lru.mjs';
import { Model } from './model.mjs';

const { values: options } = parseArgs({
  options: {
    bundle: { type: 'string' },
    port: { type: 'string', default: '0' },
    threads: { type: 'string', default: '1' },
    'cache-mb': { type: 'string', default: '512' },
  },
});

const TASKS = ['answer', 'caption', 'locate', 'segment', 'detect', 'narrate'];
const model = await Model.open(options.bundle, Number(options.threads));
const data = fs.mkdtempSync(path.join(os.tmpdir(), 'loupe-node-'));
process.on('exit', () => fs.rmSync(data, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));

const described = new Map();
const features = new Memo(Number(options['cache-mb']) * 2 ** 20, tensor => tensor.data.byteLength);
const fileOf = id => path.join(data, id);

class Problem extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

async function upload(bytes) {
  const id = createHash('sha256').update(bytes).digest('hex');
  if (described.has(id)) return [200, described.get(id)];
  const { width, height, orientation } = await sharp(bytes).metadata().catch(() => { throw new Problem(422, 'This is no picture.'); });
  await fs.promises.writeFile(fileOf(id), bytes);
  const upright = orientation >= 5 ? { width: height, height: width } : { width, height };
  described.set(id, { id, ...upright, bytes: bytes.length, createdAt: new Date().toISOString() });
  return [201, described.get(id)];
}

async function ask(question, emit) {
  const began = performance.now(), size = described.get(question.image);
  if (!size) throw new Problem(404, `There is no image ${question.image}.`);
  if (!TASKS.includes(question.task ??= 'answer')) throw new Problem(400, `There is no task ${question.task}.`);
  const { value, found } = await features.get(question.image, async () => model.features(await fs.promises.readFile(fileOf(question.image))));
  const said = await model.answer(value, size, question, emit);
  return {
    id: createHash('sha256').update(JSON.stringify([question.image, question.task, question.regions, question.text, question.maxWords])).digest('hex'),
    image: question.image, task: question.task, rationale: null, words: [], finish: 'stop', ...said,
    reuse: { features: found ? 'hit' : 'miss', prefix: 'miss', answer: 'miss' },
    timing: { totalMs: performance.now() - began },
    model: { name: model.manifest.name, digest: '' },
  };
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function send(response, status, value) {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
}

async function handle(request, response) {
  const route = `${request.method} ${request.url}`;
  if (route === 'GET /health/ready') return send(response, 200, { status: 'ready' });
  if (route === 'POST /v1/images') return send(response, ...await upload(await bodyOf(request)));
  if (route !== 'POST /v1/questions') throw new Problem(404, 'There is nothing here.');
  const question = JSON.parse(await bodyOf(request));
  if (!question.stream) return send(response, 200, await ask(question, () => {}));
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const answer = await ask(question, (event, value, index) => response.write(`id: ${index}\nevent: ${event}\ndata: ${JSON.stringify(value)}\n\n`));
  response.end(`event: done\ndata: ${JSON.stringify(answer)}\n\n`);
}

const server = http.createServer((request, response) => {
  handle(request, response).catch(error => {
    const status = error.status ?? (error instanceof SyntaxError ? 400 : 500);
    if (status === 500) console.error(error);
    if (response.headersSent) response.end(`event: error\ndata: ${JSON.stringify({ status, detail: error.message })}\n\n`);
    else send(response, status, { status, detail: status === 500 ? 'The answer could not be computed.' : error.message });
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(options.port), '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
