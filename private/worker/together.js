// What several workers read together. Whoever is free takes the next few pieces of a question; the one that asks reads along
// and then waits for those pieces alone that another has begun.
//
// Workers share memory for this, which browsers give to pages that are isolated from other origins (HTML, "cross-origin
// isolation"). Without it, or where an engine does not hand such memory on, the one that asks reads alone.

// Pieces that are taken at a time: some 500 tokens, of which a network reads as many at once.
const AT_A_TIME = 2;
// Milliseconds that one of these may take before its worker is given up: it takes a tenth of a second, on a slow machine one.
const PATIENCE = 20_000;

// What stands in the memory of a question: the first part that nobody has taken, then of each part how it stands.
const NEXT = 0;
const FIRST = 1;
const [OPEN, READ, FAILED] = [0, 1, 2];

// A question in pieces: texts one by one to be encoded; of pairs to be judged both sides, with the numbers of their marks.
const PIECES = {
  encode: ({ texts, query }) => texts.map((text) => ({ texts: [text], query })),
  judge: ({ texts, marks }) => {
    const pieces = [];
    let at = 0;
    for (let first = 0; first < texts.length; first += 2) {
      const from = at;
      for (let side = 0; side < 2; side += 1) at += 1 + 3 * marks[at];
      pieces.push({ texts: texts.slice(first, first + 2), marks: marks.slice(from, at) });
    }
    return pieces;
  },
};

// Some pieces as one question.
const JOINED = {
  encode: (pieces) => ({ texts: pieces.flatMap(({ texts }) => texts), query: pieces[0].query }),
  judge: (pieces) => ({
    texts: pieces.flatMap(({ texts }) => texts),
    marks: Uint32Array.from(pieces.flatMap(({ marks }) => [...marks])),
  }),
};

// The pieces of a part.
const part = (pieces, at) => pieces.slice(at * AT_A_TIME, (at + 1) * AT_A_TIME);

// Reads part `at` into the memory of all.
function readPart(readers, { what, pieces, width, state, answer }, at) {
  let stands = FAILED;
  try {
    answer.set(readers[what](JOINED[what](part(pieces, at))), at * AT_A_TIME * width);
    stands = READ;
  } finally {
    Atomics.store(state, FIRST + at, stands);
    Atomics.notify(state, FIRST + at);
  }
}

// Reads what nobody has taken until nothing is left; `read` hears of each part.
function readOn(readers, question, read = () => {}) {
  const parts = Math.ceil(question.pieces.length / AT_A_TIME);
  for (;;) {
    const at = Atomics.add(question.state, NEXT, 1);
    if (at >= parts) return;
    readPart(readers, question, at);
    read();
  }
}

// For a worker that reads along: hears questions through `port`. One that fails, or is given memory that nobody shares, ends
// by what it throws. The answer tells how many parts it has read.
export function readAlong(readers, port) {
  const done = { parts: 0 };
  port.onmessage = ({ data }) => {
    if (!(data.state?.buffer instanceof SharedArrayBuffer)) throw new Error("the memory is not shared");
    readOn(readers, data, () => (done.parts += 1));
  };
  return done;
}

// For the worker that asks: a function of what is asked, the question, and how many numbers answer a piece of it. `ports`
// lead to those that read along; one that is not there yet takes nothing, and what one that fails has taken is read here, at
// last after `patience` milliseconds.
export function together(readers, ports = [], patience = PATIENCE) {
  let others = ports;
  return (what, question, width) => {
    const pieces = PIECES[what](question);
    const parts = Math.ceil(pieces.length / AT_A_TIME);
    if (!others.length || parts < 2) return readers[what](question);
    const state = new Int32Array(new SharedArrayBuffer(4 * (FIRST + parts)));
    const answer = new Float32Array(new SharedArrayBuffer(4 * pieces.length * width));
    const asked = { what, pieces, width, state, answer };
    try {
      others.forEach((port) => port.postMessage(asked));
    } catch {
      others = [];
    }
    try {
      readOn(readers, asked);
    } catch (error) {
      // Nobody reads on for a question that is given up.
      Atomics.store(state, NEXT, parts);
      throw error;
    }
    for (let at = 0; at < parts; at += 1) {
      // What one does not answer in time, none is waited for again.
      if (others.length && Atomics.wait(state, FIRST + at, OPEN, patience) === "timed-out") others = [];
      if (Atomics.load(state, FIRST + at) !== READ) readPart(readers, asked, at);
    }
    // A copy: nobody else writes into it.
    return answer.slice();
  };
}
