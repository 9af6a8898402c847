// Every failure as something that can be shown: what happened, and what to do about it.

const ADVICE = {
  0: "Check that it is still running, then try again.",
  401: "Enter a key that the server knows.",
  404: "Load the picture again.",
  408: "The connection is slow; try again, or use a smaller picture.",
  413: "Use a smaller picture.",
  415: "PNG, JPEG and WebP work.",
  422: "Try another picture: PNG, JPEG and WebP work.",
  429: "Wait a moment, then try again.",
  500: "Try again; if it stays so, tell whoever runs the server.",
  503: "Wait a moment, then try again.",
  504: "Try again: what is already done is not done twice.",
};

/** A failed call. `message` says what happened, `advice` what to do. */
export class Problem extends Error {
  /**
   * @param {number} status of HTTP; 0 when no answer came
   * @param {any} [body] RFC 9457
   * @param {number} [retryAfter] seconds that the server asks to wait
   */
  constructor(status, body, retryAfter) {
    super(sentence(status, body));
    this.status = status;
    this.retryAfter = retryAfter;
    this.advice = retryAfter ? `Try again in ${retryAfter} s.` : ADVICE[status] ?? "";
    this.requestId = body?.requestId;
  }

  /** Whether the same call may succeed later. */
  get passes() {
    return [0, 408, 429, 500, 503, 504].includes(this.status);
  }
}

function sentence(status, body) {
  // The server names each field that is wrong; its sentences are better than any of ours.
  const errors = Object.entries(body?.errors ?? {}).map(([field, said]) => `${field}: ${[said].flat().join("; ")}`);
  if (errors.length) return `${errors.join(". ")}.`;
  if (status === 0) return body?.detail ?? "The server does not answer.";
  return body?.detail ?? body?.title ?? `The server answered ${status}.`;
}
