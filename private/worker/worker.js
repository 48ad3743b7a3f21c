// The worker of private mode: the assistant and the models, and nothing that could reach the network. It is served with a
// policy that forbids it every connection; what it runs comes from its own folder, and all else from the page.
//
// Messages: { id, what, ... } in, { id, answer } or { id, error } out; while a review runs, { id, event }.
import * as assistant from "./assistant.js";
import { forbidden, loadModels, serve } from "./share.js";

let desk;
let memories;
let helpers = [];
let turns = 0;

// Has every one do a share of some texts, `of` each, and puts the numbers together: `width` for each, in their order.
// Shares are dealt out in turn, so that long texts are not all with one.
function shared(texts, of, width, share) {
  const count = texts.length / of;
  const hands = helpers.slice(0, count - 1);
  const among = hands.length + 1;
  const fits = hands.every(({ room }) => Math.ceil(count / among) * width <= room);
  if (!hands.length || !fits) return share.own(Array.from({ length: count }, (_, at) => at));
  const dealt = Array.from({ length: among }, () => []);
  for (let at = 0; at < count; at += 1) dealt[at % among].push(at);
  turns += 1;
  hands.forEach(({ port }, hand) => port.postMessage({ turn: turns, ...share.message(dealt[hand + 1]) }));
  const numbers = new Float32Array(count * width);
  const put = (places, from) => places.forEach((at, row) => numbers.set(from.subarray(row * width, (row + 1) * width), at * width));
  put(dealt[0], share.own(dealt[0]));
  hands.forEach((helper, hand) => {
    const places = dealt[hand + 1];
    while (Math.abs(Atomics.load(helper.turn, 0)) !== turns) {
      const seen = Atomics.load(helper.turn, 0);
      if (Math.abs(seen) !== turns && Atomics.wait(helper.turn, 0, seen, PATIENCE) === "timed-out") break;
    }
    const done = Atomics.load(helper.turn, 0) === turns;
    put(places, done ? new Float32Array(helper.memory, 8, places.length * width) : share.own(places));
  });
  return numbers;
}

// Milliseconds after which a helper that gives no sign is taken for gone, and its share is done here.
const PATIENCE = 120_000;

// The texts and marks of some pairs. `marks` has for each side how many there are, and three numbers for each.
function pairsOf(texts, marks) {
  const starts = [0];
  texts.forEach((_, side) => starts.push(starts[side] + 1 + 3 * marks[starts[side]]));
  return (places) => {
    const sides = places.flatMap((at) => [2 * at, 2 * at + 1]);
    const numbers = sides.map((side) => marks.subarray(starts[side], starts[side + 1]));
    const all = new Uint32Array(numbers.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of numbers) {
      all.set(part, at);
      at += part.length;
    }
    return [sides.map((side) => texts[side]), all];
  };
}

async function load({ helpers: handed, ...files }) {
  const own = await assistant.default({ module_or_path: files.compiled.assistant });
  memories = [own.memory];
  if (!files.encoder) {
    desk = new assistant.PrivateDesk("", 0, "");
    return;
  }
  const { loaded, memory } = await loadModels(files);
  memories.push(memory);
  helpers = handed.map(({ port, shared }) => ({
    port,
    memory: shared,
    turn: new Int32Array(shared, 0, 1),
    room: (shared.byteLength - 8) / 4,
  }));
  globalThis.models = {
    encode: (texts, query) => {
      const some = (places) => places.map((at) => texts[at]);
      return shared(texts, 1, loaded.dimension(), {
        own: (places) => loaded.encode(some(places), query),
        message: (places) => ({ what: "encode", texts: some(places), query }),
      });
    },
    count: (text) => loaded.ids(text, false).length,
    judge: (texts, marks) => {
      const some = pairsOf(texts, marks);
      return shared(texts, 2, 4, {
        own: (places) => loaded.judge(...some(places)),
        message: (places) => {
          const [own, numbers] = some(places);
          return { what: "judge", texts: own, marks: numbers };
        },
      });
    },
  };
  desk = new assistant.PrivateDesk(loaded.name(), loaded.dimension(), loaded.judgeName());
}

serve({
  load,
  add: ({ part }) => desk.add(part),
  finish: ({ checks, language }) => desk.finish(checks, language),
  review: async ({ id, review, file, asOf, language }) => {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const tell = (event) => postMessage({ id, event });
    desk.review(review, file.name, bytes, asOf, language, () => performance.now(), tell);
  },
  result: ({ review, language }) => desk.result(review, language),
  draft: ({ review, language }) => desk.draft(review, language),
  map: ({ review, language }) => desk.map(review, language),
  status: ({ document, eid, asOf, language }) => desk.status(document, eid, asOf, language),
  provision: ({ document, eid, asOf, language }) => desk.provision(document, eid, asOf, language),
  file: ({ review, format, suggest, decisions, language }) =>
    desk.file(review, format, suggest, decisions, new Date().toISOString().replace(/\.\d+/, ""), language),
  forbidden: ({ address }) => forbidden(address),
  memory: () => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0),
});
