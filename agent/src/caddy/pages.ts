/** Self-contained pages. Styles stand in attributes: a brace in a body could be read as a placeholder by Caddy. */
function page(title: string, sentence: string): string {
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">',
    `<title>${title}</title></head>`,
    '<body style="margin:0;min-height:100vh;display:grid;place-items:center;font:16px/1.5 system-ui,sans-serif">',
    '<main style="max-width:32rem;padding:2rem;text-align:center">',
    `<h1 style="font-size:1.25rem;margin:0 0 .5rem">${title}</h1>`,
    `<p style="margin:0;opacity:.7">${sentence}</p></main></body></html>\n`,
  ].join("");
}

const answer = (status: number | string, body: string, extra: Record<string, string[]> = {}) => ({
  handler: "static_response",
  status_code: status,
  headers: { "Content-Type": ["text/html; charset=utf-8"], "Cache-Control": ["no-store"], ...extra },
  body,
});

export const pages = {
  unknown: answer(404, page("Nothing here", "No site is published under this address.")),
  stopped: answer(503, page("Stopped", "This site has been stopped by its owner."), { "Retry-After": ["60"] }),
  held: answer(503, page("Back in a moment", "The application behind this site is being changed and takes longer than expected."), { "Retry-After": ["5"] }),
  notFound: answer(404, page("Page not found", "This site has no page at this address.")),
  refused: answer("{http.error.status_code}", page("Not accepted", "A request like this is not answered here.")),
  /** An app that has no tunnel to offer has closed the connection; that is not a fault of it. */
  noTunnel: answer(405, page("Not accepted", "A request like this is not answered here.")),
  failed: answer(502, page("Not answering", "The application behind this site does not answer at the moment."), {
    "Retry-After": ["5"],
  }),
};
