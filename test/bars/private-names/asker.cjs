// NAMES (with commas between), PORT_ASKED and RATE say what is asked how often, SECONDS how long an answer may take. A line "count SENT OK FAILED" a second; what was
// answered with, and why something failed, at the end, after SIGUSR1.
const http = require("node:http");

const { NAMES, PORT_ASKED, RATE, SECONDS } = process.env;
const names = NAMES.split(",");
const seen = new Map();
let [sent, ok, failed, stopped] = [0, 0, 0, false];

function count(word, good) {
  if (good) ok += 1;
  else failed += 1;
  seen.set(word, (seen.get(word) ?? 0) + 1);
}

function ask(host) {
  let told = false;
  const tell = (word, good) => {
    if (!told) count(word, good);
    told = true;
  };
  const request = http.get({ host, port: PORT_ASKED, agent: false, signal: AbortSignal.timeout(SECONDS * 1000) }, (response) => {
    const release = response.headers["x-release"];
    response.resume().on("end", () => tell(response.statusCode === 200 ? `release: ${release}` : `failed: ${response.statusCode} of ${release}`, response.statusCode === 200));
    response.on("error", (error) => tell(`failed: ${error.message}`, false));
  });
  request.on("error", (error) => tell(`failed: ${error.message}`, false));
}

const begun = performance.now();
setInterval(() => {
  const due = stopped ? sent : Math.floor(((performance.now() - begun) / 1000) * Number(RATE));
  while (sent < due) ask(names[sent++ % names.length]);
}, 2);
setInterval(() => console.log("count", sent, ok, failed), 1000);
process.on("SIGUSR1", () => {
  stopped = true;
  const waiting = setInterval(() => {
    if (ok + failed < sent) return;
    clearInterval(waiting);
    for (const [word, times] of seen) console.log("seen", times, word);
    console.log("done", sent, ok, failed);
  }, 20);
});
