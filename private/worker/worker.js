// The worker of private mode: the assistant and the models, and nothing that could reach the network. It is served with a
// policy that forbids it every connection; what it runs comes from its own folder, and all else from the page.
//
// Messages: { id, what, ... } in, { id, answer } or { id, error } out; while a review runs, { id, event }.
import * as assistant from "./assistant.js";

let desk;

async function load({ compiled, instructions, encoder, judge }) {
  await assistant.default({ module_or_path: compiled.assistant });
  if (encoder) {
    const module = await import(`./${instructions}.js`);
    await module.default({ module_or_path: compiled.models });
    const loaded = new module.LoadedEncoder(encoder, judge);
    globalThis.models = {
      encode: (texts, query) => loaded.encode(texts, query),
      count: (text) => loaded.ids(text, false).length,
      judge: (texts, marks) => loaded.judge(texts, marks),
    };
    desk = new assistant.PrivateDesk(loaded.name(), loaded.dimension(), loaded.judgeName());
  } else {
    desk = new assistant.PrivateDesk("", 0, "");
  }
}

// What the browser says when this worker asks for anything beyond it: the policy's refusal, in its own words.
async function forbidden(address) {
  const policy = [];
  const hear = ({ effectiveDirective }) => policy.push(effectiveDirective);
  addEventListener("securitypolicyviolation", hear);
  let refused = false;
  try {
    await fetch(address);
  } catch {
    refused = true;
  }
  try {
    new WebSocket(address.replace(/^http/, "ws")).onerror = () => {};
  } catch {
    // Some engines throw what others tell later; the policy's own word counts.
  }
  // It comes a moment after the refusal.
  await new Promise((done) => setTimeout(done, 100));
  removeEventListener("securitypolicyviolation", hear);
  return JSON.stringify({ refused, policy });
}

const work = {
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
};

addEventListener("message", async ({ data }) => {
  const { id, what } = data;
  try {
    postMessage({ id, answer: await work[what](data) });
  } catch (error) {
    // The assistant throws the JSON of a failure; whatever else is thrown says why in a line.
    postMessage({ id, error: typeof error === "string" ? error : (error?.message ?? String(error)) });
  }
});
