import fs from 'node:fs';

const UNKNOWN = '<unk>';

/** The word list of a bundle; docs/bundle.md, "tokenizer.json". */
export class Tokenizer {
  constructor(path) {
    const file = JSON.parse(fs.readFileSync(path, 'utf8'));
    this.tokens = [...file.special, ...file.words];
    this.ids = new Map(this.tokens.map((token, id) => [token, id]));
    this.firstWord = file.special.length;
  }

  special(token) {
    return this.ids.get(token);
  }

  encode(text) {
    const pieces = split(text);
    while (['?', '!', '.'].includes(pieces.at(-1))) pieces.pop();
    return pieces.flatMap(piece =>
      !this.ids.has(piece) && piece.length > 1 && piece.includes('-')
        ? piece.split('-').map(part => this.#id(part))
        : [this.#id(piece)]);
  }

  #id(piece) {
    return this.ids.get(piece) ?? this.ids.get(UNKNOWN);
  }
}

/** Text for people: a space between words, none before punctuation. */
export function join(words) {
  return words.reduce((text, word) => text + (text && !',.!?;:'.includes(word) ? ' ' : '') + word, '');
}

function split(text) {
  return text.toLowerCase().replaceAll('’', "'")
    .match(/\[\d\]|<unk>|[\p{L}\p{Nd}](?:[\p{L}\p{Nd}]|['-](?=[\p{L}\p{Nd}]))*|\S/gu) ?? [];
}
