// Server-sent events out of a response that fetch gave: EventSource cannot send a question.

/**
 * Yields the events of a stream of text as they are complete.
 * @param {AsyncIterable<string>} chunks
 * @returns {AsyncGenerator<{event: string, data: any}>}
 */
export async function* events(chunks) {
  let rest = "";
  for await (const chunk of chunks) {
    rest += chunk;
    // A line may end in \r\n, and a chunk between the two.
    const frames = rest.split(/\r?\n\r?\n/);
    rest = frames.pop();
    for (const frame of frames) {
      const read = one(frame);
      if (read) yield read;
    }
  }
}

function one(frame) {
  let event = "message";
  const data = [];
  for (const line of frame.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    const field = line.slice(0, colon), value = line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") event = value;
    else if (field === "data") data.push(value);
  }
  return data.length ? { event, data: JSON.parse(data.join("\n")) } : null;
}

/** The text of a response, piece by piece. */
export async function* textOf(/** @type {Response} */ response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
