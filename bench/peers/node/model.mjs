import fs from 'node:fs';
import path from 'node:path';
import ort from 'onnxruntime-node';
import sharp from 'sharp';
import { Tokenizer, join } from './tokenizer.mjs';
import { Geometry, area, iou } from './geometry.mjs';
import { drawMask } from './mask.mjs';

const BOX = 1n, INSIDE = 2n, OUTSIDE = 3n, WHOLE = 4n;
const CAPTION = 'caption';

/** A bundle of the pixel family; docs/bundle.md describes its graphs. */
export class Model {
  static async open(folder, threads) {
    const model = new Model();
    model.manifest = JSON.parse(fs.readFileSync(path.join(folder, 'bundle.json'), 'utf8'));
    model.tokenizer = new Tokenizer(path.join(folder, model.manifest.tokenizer.file));
    const options = { intraOpNumThreads: threads, interOpNumThreads: 1, executionMode: 'sequential', graphOptimizationLevel: 'all' };
    for (const [name, { file }] of Object.entries(model.manifest.graphs)) {
      model[name] = await ort.InferenceSession.create(path.join(folder, file), options);
    }
    const { image } = model.manifest;
    model.normalized = image.mean.map((mean, c) => Float32Array.from({ length: 256 }, (_, v) => (v / 255 - mean) / image.std[c]));
    return model;
  }

  /** The bytes of a picture file → features, an ort.Tensor. */
  async features(bytes) {
    const { size, pad } = this.manifest.image;
    const { data, info } = await sharp(bytes).autoOrient().flatten({ background: '#ffffff' })
      .resize(size, size, { fit: 'inside' }).toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const pixels = new Float32Array(3 * size * size);
    for (let c = 0; c < 3; c++) {
      const table = this.normalized[c], plane = c * size * size, channel = Math.min(c, info.channels - 1);
      pixels.fill(table[pad[c]], plane, plane + size * size);
      for (let y = 0; y < info.height; y++) {
        for (let x = 0, from = y * info.width * info.channels + channel, to = plane + y * size; x < info.width; x++, from += info.channels) {
          pixels[to++] = table[data[from]];
        }
      }
    }
    return (await this.encode.run({ pixels: new ort.Tensor('float32', pixels, [1, 3, size, size]) })).features;
  }

  /**
   * Answers a question about features.
   * @param emit Called with ('word' | 'region', value) as they become known.
   */
  async answer(features, size, question, emit) {
    const geometry = new Geometry(size), regions = (question.regions ?? []).map(region => canonical(region, geometry));
    if (question.task === 'detect') return this.#detect(features, geometry, question, emit);
    const prefix = await this.#prefix(features, geometry, regions);
    if (question.task === 'locate') return { text: '', regions: [await this.#locate(prefix, geometry, question, emit)] };
    if (question.task === 'segment') return { text: '', regions: [await this.#segment(features, prefix, geometry, question, emit)] };
    return this.#say(prefix, geometry, question, regions.length, emit);
  }

  async #prefix(features, geometry, regions) {
    // Slots that nobody uses are alike: one stands for all of them.
    const slots = this.manifest.prompt.slots, length = this.manifest.prefix.length;
    const used = regions.reduce((sum, region) => sum + (region.points?.length ?? 1), 1), distinct = Math.min(slots, used + 1);
    const boxes = new Float32Array(distinct * 4), kind = new BigInt64Array(distinct), owner = new BigInt64Array(distinct);
    const copies = new Float32Array(distinct).fill(1), rows = new BigInt64Array(length);
    copies[distinct - 1] = slots - distinct + 1;
    for (let i = 0; i < length; i++) rows[i] = BigInt(i < slots ? Math.min(i, distinct - 1) : i - slots + distinct);
    let next = 0;
    const add = (what, who, box) => {
      boxes.set(box.map(edge => geometry.toGraph(edge)), next * 4);
      kind[next] = what;
      owner[next++] = BigInt(who);
    };
    add(WHOLE, 0, [0, 0, geometry.width, geometry.height]);
    regions.forEach((region, k) => {
      if (region.points) region.points.forEach(([x, y], i) => add(region.labels[i] ? INSIDE : OUTSIDE, k, [x, y, x, y]));
      else add(BOX, k, region.box);
    });
    const fed = {
      features, boxes: new ort.Tensor('float32', boxes, [1, distinct, 4]),
      kind: new ort.Tensor('int64', kind, [1, distinct]), owner: new ort.Tensor('int64', owner, [1, distinct]),
      copies: new ort.Tensor('float32', copies, [1, distinct]), rows: new ort.Tensor('int64', rows, [length]),
    };
    return (await this.region.run(fed)).prefix.data;
  }

  /** The tokens that a question is asked with. */
  #prompt(template, text) {
    return template.flatMap(token => token === '{text}' ? this.tokenizer.encode(text ?? '') : [this.tokenizer.special(token)]);
  }

  /** A sequence: the prefix laid into a cache of its own, and steps over it. */
  #begin(prefix) {
    const { layers, kvHeads, headWidth, length } = this.manifest.prefix, most = this.manifest.decoder.maxTokens;
    const held = {};
    for (let layer = 0, from = 0; layer < layers; layer++) {
      for (const part of ['k', 'v']) {
        const data = new Float32Array(kvHeads * most * headWidth);
        for (let head = 0; head < kvHeads; head++, from += length * headWidth) {
          data.set(prefix.subarray(from, from + length * headWidth), head * most * headWidth);
        }
        held[`past_${part}.${layer}`] = new ort.Tensor('float32', data, [1, kvHeads, most, headWidth]);
      }
    }
    let filled = length;
    return async tokens => {
      const last = filled + tokens.length - 1;
      const out = await this.decode.run({
        ...held,
        ids: new ort.Tensor('int64', BigInt64Array.from(tokens, BigInt), [1, tokens.length]),
        pos: new ort.Tensor('int64', BigInt64Array.from(tokens, (_, i) => BigInt(filled + i)), [1, tokens.length]),
        seqlens_k: new ort.Tensor('int32', Int32Array.of(last), [1]),
        total: new ort.Tensor('int32', Int32Array.of(last + 1), [1]),
      });
      for (const name of Object.keys(held)) held[name] = out[name.replace('past', 'present')];
      filled = last + 1;
      const at = tokens.length - 1, vocabulary = this.manifest.decoder.vocabulary;
      return {
        logits: out.logits.data.subarray(at * vocabulary, (at + 1) * vocabulary),
        place: out.boxes.data.subarray(at * 4, at * 4 + 4),
        plausible: out.plausible?.data[at],
      };
    };
  }

  async #say(prefix, geometry, question, regions, emit) {
    const { limits, decoder, tasks, prefix: layout } = this.manifest, { tokenizer } = this;
    const prompt = this.#prompt(tasks[question.task].prompt, question.text);
    const maxWords = Math.min(Math.max(question.maxWords ?? limits.maxWords, 1), limits.maxWords);
    const maxTokens = Math.min(decoder.maxTokens - layout.length - prompt.length, limits.maxWords + 1);
    const [end, because] = [tokenizer.special('<eos>'), tokenizer.special('<because>')];
    const references = Array.from({ length: Math.min(regions, limits.maxRegions) }, (_, k) => tokenizer.special(`[${k}]`));
    const step = this.#begin(prefix), words = [];
    let rationale = null, finish = 'stop', confidence = null, out = await step(prompt);
    for (let read = 0; ; read++) {
      const token = this.#choose(out.logits, [end, ...(rationale ? [] : [because]), ...references]);
      if (token === end) break;
      if ((!rationale && words.length === maxWords && token !== because) || read === maxTokens) {
        finish = 'length';
        break;
      }
      const sure = probability(out.logits, token);
      out = await step([token]);
      confidence = out.plausible ?? null;
      if (token === because) rationale = [];
      else if (rationale) rationale.push(tokenizer.tokens[token]);
      else {
        const box = geometry.toBox(...out.place);
        const word = { text: tokenizer.tokens[token], point: [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2], box, confidence: sure };
        emit('word', word, words.length);
        words.push(word);
      }
    }
    return { text: join(words.map(word => word.text)), rationale: rationale?.length ? join(rationale) : null, words, regions: [], finish, confidence };
  }

  #choose(logits, specials) {
    let best = this.tokenizer.firstWord;
    for (let i = best + 1; i < logits.length; i++) if (logits[i] > logits[best]) best = i;
    for (const other of specials) if (logits[other] > logits[best]) best = other;
    return best;
  }

  async #locate(prefix, geometry, question, emit) {
    const found = await this.#find(prefix, geometry, this.#prompt(this.manifest.tasks.locate.prompt, question.text));
    emit('region', found, 0);
    return found;
  }

  async #find(prefix, geometry, prompt) {
    const { logits, place } = await this.#begin(prefix)(prompt);
    const [here, absent] = ['<here>', '<absent>'].map(token => logits[this.tokenizer.special(token)]);
    return { box: geometry.toBox(...place), score: 1 / (1 + Math.exp(absent - here)) };
  }

  async #segment(features, prefix, geometry, question, emit) {
    const { segment } = this.manifest.tasks;
    const found = await this.#find(prefix, geometry, this.#prompt(question.text ? segment.prompt : segment.region, question.text));
    const boxes = new ort.Tensor('float32', Float32Array.from(found.box, edge => geometry.toGraph(edge)), [1, 4]);
    const { mask, frame } = await this.mask.run({ features, boxes });
    const drawn = drawMask(mask.data, mask.dims[1], Array.from(frame.data, edge => edge * geometry.longer), geometry);
    const region = drawn ? { ...found, ...drawn } : found;
    emit('region', region, 0);
    return region;
  }

  async #detect(features, geometry, question, emit) {
    const { scoreThreshold, iouThreshold, maxRegions } = this.manifest.tasks.detect;
    const { boxes, scores } = await this.detect.run({ features });
    const candidates = Array.from(scores.data, (score, i) => ({ score, box: geometry.toBox(...boxes.data.subarray(i * 4, i * 4 + 4)) }))
      .filter(({ score, box }) => score >= scoreThreshold && area(box) > 0).sort((a, b) => b.score - a.score);
    const chosen = [];
    for (const candidate of candidates) {
      if (chosen.length < maxRegions && chosen.every(other => iou(other.box, candidate.box) <= iouThreshold)) chosen.push(candidate);
    }
    const said = await Promise.all(chosen.map(async ({ box }) => {
      const prefix = await this.#prefix(features, geometry, [{ box: geometry.clip(box) }]);
      return this.#say(prefix, geometry, { task: CAPTION, maxWords: question.maxWords }, 1, () => {});
    }));
    const regions = chosen.map((found, i) => ({ ...found, text: said[i].text }));
    regions.forEach((region, i) => emit('region', region, i));
    return { text: regions.map(region => region.text).join(', '), regions };
  }
}

function canonical(region, geometry) {
  if (region.box) return { box: geometry.clip(region.box) };
  const point = ([x, y]) => geometry.clip([x, y, x, y]).slice(0, 2);
  if (region.points) return { points: region.points.map(point), labels: region.labels ?? region.points.map(() => 1) };
  const corners = region.polygon.map(point), xs = corners.map(([x]) => x), ys = corners.map(([, y]) => y);
  return { box: [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)] };
}

function probability(logits, index) {
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - logits[index]);
  return 1 / sum;
}
