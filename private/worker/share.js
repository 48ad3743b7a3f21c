// What the workers of private mode have in common: loading the models, and showing that the network is closed to them.

// Loads the models where this runs.
export async function loadModels({ compiled, instructions, encoder, judge }) {
  const module = await import(`./${instructions}.js`);
  const { memory } = await module.default({ module_or_path: compiled.models });
  return { loaded: new module.LoadedEncoder(encoder, judge), memory };
}

// What the browser says when this worker asks for anything beyond it: the policy's refusal, in its own words.
export async function forbidden(address) {
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
  return { refused, policy };
}

// Answers each message { id, what, ... } with { id, answer } or { id, error }.
export function serve(work) {
  addEventListener("message", async ({ data }) => {
    const { id, what } = data;
    try {
      postMessage({ id, answer: await work[what](data) });
    } catch (error) {
      // The assistant throws the JSON of a failure; whatever else is thrown says why in a line.
      postMessage({ id, error: typeof error === "string" ? error : (error?.message ?? String(error)) });
    }
  });
}
