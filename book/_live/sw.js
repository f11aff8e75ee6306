// Keeps what was visited, so that chapters open and run without the server. Pages and
// scripts come from the server while it answers; Pyodide's files, which never change,
// from here at once.
const KEPT = "book-live-1";
const FIXED = /\/_live\/(pyodide-[\d.]+|wheels)\//;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", ({ data, source }) => {
  if (Array.isArray(data?.keep)) keep(data.keep).then(() => source?.postMessage({ kept: true }));
});

async function keep(addresses) {
  const cache = await caches.open(KEPT);
  for (const address of addresses) {
    if (FIXED.test(address) && (await cache.match(address))) continue;
    try {
      const answer = await fetch(address);
      if (answer.ok) await cache.put(address, answer);
    } catch {} // without the server: what is kept stays
  }
}

async function answer(request) {
  const cache = await caches.open(KEPT);
  const kept = await cache.match(request, { ignoreVary: true });
  if (kept && FIXED.test(request.url)) return kept;
  try {
    const fresh = await fetch(request);
    if (fresh.ok && fresh.type === "basic" && !request.headers.has("range"))
      await cache.put(request, fresh.clone());
    return fresh;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && new URL(request.url).origin === self.location.origin)
    event.respondWith(answer(request));
});
