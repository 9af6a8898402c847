// Words come faster than an eye follows places. They are let through one by one, while reading goes on behind.

const sleep = (milliseconds) => new Promise((wake) => setTimeout(wake, milliseconds));

/**
 * The same parts in the same order, with at least so long between those that are seen.
 * @param {AsyncIterable<{event: string, data: any}>} parts
 * @param {number} gapMs 0: as they come
 * @param {AbortSignal} signal what is still held back is dropped when it is given
 * @param {(part: {event: string}) => void} arrived told when a part really comes
 */
export async function* paced(parts, gapMs, signal, arrived) {
  const held = [];
  let ended = false, failure = null, wake = () => {};
  const reading = (async () => {
    try {
      for await (const part of parts) {
        arrived(part);
        held.push(part);
        wake();
      }
    } catch (error) {
      failure = error;
    }
    ended = true;
    wake();
  })();

  let next = 0;
  for (;;) {
    if (signal.aborted) throw new DOMException("stopped", "AbortError");
    if (!held.length) {
      if (ended) break;
      await new Promise((resolve) => { wake = () => resolve(undefined); });
      continue;
    }
    const part = held.shift(), wait = next - performance.now();
    if (gapMs && wait > 0) await sleep(wait);
    if (part.event === "word" || part.event === "region") next = performance.now() + gapMs;
    yield part;
  }
  await reading;
  if (failure) throw failure;
}
