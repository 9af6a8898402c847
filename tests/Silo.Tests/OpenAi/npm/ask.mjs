// Asks a running silo through OpenAI's own client: node ask.mjs http://127.0.0.1:8080 picture.png
// Prints a line of JSON for every step.
import fs from 'node:fs';
import OpenAI, { APIError } from 'openai';

const [server, picture] = process.argv.slice(2);
const client = new OpenAI({ baseURL: `${server}/v1`, apiKey: 'none', maxRetries: 0 });
const url = `data:image/png;base64,${fs.readFileSync(picture).toString('base64')}`;
const image = { type: 'image_url', image_url: { url } };
const ask = (text, ...more) => [{ role: 'user', content: [image, { type: 'text', text }, ...more] }];
const tell = (step, result) => console.log(JSON.stringify({ step, ...result }));

async function refused(step, asking) {
  try {
    await asking;
    tell(step, { refused: false });
  } catch (error) {
    if (!(error instanceof APIError)) {
      throw error;
    }
    const { name } = error.constructor;
    tell(step, { refused: true, name, status: error.status, code: error.code, param: error.param, type: error.type, message: error.message });
  }
}

const models = [];
for await (const model of client.models.list()) {
  models.push(model.id);
}
tell('models', { models, retrieved: (await client.models.retrieve(models[0])).id });
const [model] = models;

const whole = await client.chat.completions.create({ model, messages: ask('what is <box>20,20,90,80</box>?'), temperature: 0 });
tell('whole', { id: whole.id, choice: whole.choices[0], usage: whole.usage, asked: whole.loupe.asked, words: whole.loupe.words, reuse: whole.loupe.reuse });

const stream = await client.chat.completions.create({
  model, messages: ask('what is <box>20,20,90,80</box>?'), stream: true, stream_options: { include_usage: true },
});
let text = '', usage, finish, reuse;
for await (const chunk of stream) {
  text += chunk.choices[0]?.delta?.content ?? '';
  finish = chunk.choices[0]?.finish_reason ?? finish;
  usage = chunk.usage ?? usage;
  reuse = chunk.loupe?.reuse ?? reuse;
}
tell('stream', { text, finish, usage, reuse });

const runner = client.chat.completions.stream({ model, messages: ask('what is this?') });
tell('runner', { content: await runner.finalContent() });

const found = await client.chat.completions.create({ model, messages: ask(''), task: 'detect' });
tell('detect', { content: found.choices[0].message.content, regions: found.loupe.regions });

await refused('no such model', client.chat.completions.create({ model: 'gpt-4o', messages: ask('what?') }));
await refused('two answers', client.chat.completions.create({ model, messages: ask('what?'), n: 2 }));
await refused('foreign address', client.chat.completions.create({
  model, messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://example.com/cat.png' } }] }],
}));
await refused('two pictures', client.chat.completions.create({
  model, messages: ask('what?', { type: 'image_url', image_url: { url: 'data:image/png;base64,AQID' } }),
}));
await refused('no picture', client.chat.completions.create({
  model, messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AQID' } }] }],
}));
await refused('a region outside', client.chat.completions.create({ model, messages: ask('what is <box>90000,90000,90010,90010</box>?'), stream: true }));
await refused('another api', client.responses.create({ model, input: 'what?' }));
