import { MOST_CACHE_RULES } from "../../contract/index.ts";
import { BEFORE, bothInTurn, TARGET } from "./host-routes.ts";
import { RELEASE_HEADER } from "./place.ts";
import { MARK, NEVER_SERVED, RULE_ENDS, SITE_MARKS, SLASH } from "./site-marks.ts";

/** Nothing but these is known of a site when Caddy starts: what differs from one to the next is looked for among its files. */
export const isSite = { vars_regexp: { [TARGET]: { name: "target", pattern: `${BEFORE}site@([^/@]+)@([^/@]+)$` } } };

/** So that a file whose name changes with its content is asked for once. */
const IMMUTABLE = "public, max-age=31536000, immutable";
/** A page names the files of its release: it is asked for anew each time, and comes again only if it differs. */
const PAGE = "no-cache";
const OTHERS = "public, max-age=0, must-revalidate";

/** The times of files are made from their content, so their validators are good and their times are none. */
const siteHeaders = {
  handler: "headers",
  request: { delete: ["If-Modified-Since", "If-Unmodified-Since"] },
  response: {
    deferred: true,
    set: { [RELEASE_HEADER]: ["{http.regexp.target.2}"] },
    delete: ["Last-Modified"],
    // What is compressed on the way differs from the file, and from one Caddy to the next: it says the same, no more.
    replace: { Etag: [{ search_regexp: '^"(.*)-(?:gzip|zstd)"$', replace: 'W/"$1"' }] },
  },
};

const encode = { handler: "encode", encodings: { gzip: {}, zstd: {} }, prefer: ["zstd", "gzip"] };
const files = { handler: "file_server", hide: [".git", SITE_MARKS], precompressed: { br: {}, zstd: {}, gzip: {} }, precompressed_order: ["br", "zstd", "gzip"] };
const refuse = (status: number) => [{ handler: "error", status_code: status }];

const there = (...paths: string[]) => ({ file: { try_files: paths } });
const marked = (name: string) => there(`/${SITE_MARKS}/${name}`);
const not = (...matchers: object[]) => ({ not: matchers });
const path = "{http.request.uri.path}";
const toFound = { handler: "rewrite", uri: "{http.matchers.file.relative}" };

/** What can be no name of a file, and what nobody asks for who means well. */
const refused = [
  { match: [{ path_regexp: { pattern: "[\\x00-\\x1f\\x7f]" } }], handle: refuse(400) },
  // Left out of what is made; files from before that was so may be there.
  { match: [{ path_regexp: { pattern: `(?i)/${NEVER_SERVED}(?:/|$)` } }], handle: refuse(404) },
  {
    match: [bothInTurn({ path: ["*/.*"] }, not({ path: ["/.well-known", "/.well-known/*"] }, marked(MARK.dotfiles)))],
    handle: refuse(404),
  },
];

const names = [
  // By its own name: what is found out of a path below, is found out of the file that is served.
  { match: [{ path: ["*/"], ...there(`${path}index.html`) }], handle: [toFound] },
  // /about finds about.html; whatever is there under its own name is served without any rewriting.
  { match: [bothInTurn(not(there(path)), there(`${path}.html`), not(marked(MARK.ownNames)))], handle: [toFound] },
  {
    match: [bothInTurn({ path_regexp: { name: "slash", pattern: "^(.+)/$" } }, there("{http.regexp.slash.1}.html"), not(marked(MARK.ownNames)))],
    handle: [
      { handler: "rewrite", strip_path_suffix: "/", path_regexp: [{ find: "^/+", replace: "/" }] },
      { handler: "static_response", status_code: 308, headers: { Location: ["{http.request.uri}"] } },
    ],
  },
];

/** What builds make and pages load. A page of an app may well be called /users/jane.doe or /sites/example.com. */
const ASSETS =
  "(?i)\\.(?:avif|bmp|br|cjs|css|csv|eot|gif|gz|html?|ico|jpe?g|js|json|jsx|map|md|mjs|mp3|mp4|ogg|otf|pdf|png|svg|tsx?|ttf|txt|wasm|wav|webm|webmanifest|webp|woff2?|xml|zip|zst)$";
/** A slash in a name: no file has one. */
const SLASH_IN_NAME = { vars_regexp: { "{http.request.uri}": { pattern: "^[^?]*%2[fF]" } } };

const missing = [
  {
    match: [
      bothInTurn(
        not({ path_regexp: { pattern: ASSETS } }, { vars_regexp: { [path]: { pattern: "(?:^|/)\\.\\.(?:/|$)" } } }),
        marked(MARK.spa),
        { not: [{ ...not(SLASH_IN_NAME), ...there(path, `${path}/index.html`) }] },
      ),
    ],
    handle: [{ handler: "rewrite", uri: "/index.html" }],
  },
  { match: [SLASH_IN_NAME], handle: refuse(404) },
];

/** Folders in which some builders put what they have named after its content, and nothing else. */
const OF_BUILDERS = "/_(?:next/static|astro|app/immutable)/|/_nuxt/[^/]+$";
/** Where builders put what they make, and people what they have made. */
const FOR_BUILDERS = "/(?:assets|static|build)/";
/** What builders make and name after its content; a document or a picture is named by a person. */
const MADE = "(?:[cm]?js|css|map|wasm|woff2?)";
/** A name that ends in a digest, before one ending or several: main.3f2a1b9c.chunk.js, index-n_ryQ3BS.css. No dash is a part of it: a date has some. */
const digest = (name: string, letters: string, ending = "[a-z0-9]+") => ({ path_regexp: { name, pattern: `[-.](${letters})(?:\\.[a-z0-9]+)*\\.${ending}$` } });
const read = (name: string, pattern: string) => ({ vars_regexp: { [`{http.regexp.${name}.1}`]: { pattern } } });
/** In words letters and figures do not stand side by side, and what begins with a year is a date. */
const isHex = (name: string) => [read(name, "[0-9][a-f]|[a-f][0-9]"), not(read(name, "^(?:19|20)[0-9][0-9]"))];
const SHORT_HEX = "[0-9a-f]{8,15}";
/** Of the eight signs that Vite and Rollup take: capitals, and more parts than a name of words and figures has: three in s3Client, four in iPadAir2. */
const CAPITAL = "[A-Z]";
const FEW_PARTS = "^(?:[A-Z]*[a-z]+|[A-Z]+|[0-9]+|_){1,4}$";
/** Of those that esbuild takes: figures in two places. */
const TWO_FIGURES = "[2-7][A-Z]+[2-7]";

/** A wrong one cannot be taken back, a missed one costs the question whether there is another: so only what is nothing else. */
const kept = [
  {
    match: [
      { path_regexp: { pattern: OF_BUILDERS } },
      bothInTurn(digest("long", "[0-9a-f]{16,64}"), ...isHex("long")),
      bothInTurn(digest("hex", SHORT_HEX, MADE), ...isHex("hex")),
      bothInTurn({ path_regexp: { pattern: FOR_BUILDERS } }, digest("inside", SHORT_HEX), ...isHex("inside")),
      bothInTurn(digest("b64", "[A-Za-z0-9_]{8}", MADE), read("b64", CAPITAL), not(read("b64", FEW_PARTS))),
      bothInTurn(digest("b32", "[A-Z2-7]{8}", MADE), read("b32", TWO_FIGURES)),
    ],
    handle: [{ handler: "vars", cache: IMMUTABLE }],
  },
  { match: [{ path: ["*.html", "*.htm"] }], handle: [{ handler: "vars", cache: PAGE }] },
  { match: [there(`/${SITE_MARKS}/${MARK.rules}/`)], handle: [{ handler: "subroute", routes: Array.from({ length: MOST_CACHE_RULES }, (_, at) => rule(MOST_CACHE_RULES - at)) }] },
];

/** Of a person's text Caddy reads the name of a file, once, and takes it for text. The last one that is set stands: the first of a site comes last. */
function rule(number: number) {
  const folder = `/${SITE_MARKS}/${MARK.rules}/${number}/`;
  const said = "Aeroplane-Rule";
  return {
    match: [there(`${folder}*`)],
    handle: [
      { handler: "headers", request: { set: { [said]: ["{http.matchers.file.relative}"] }, replace: { [said]: [{ search: SLASH, replace: "/" }] } } },
      {
        handler: "subroute",
        routes: [
          {
            match: [
              bothInTurn(
                { vars_regexp: { [`{http.request.header.${said}}`]: { name: "rule", pattern: `^${folder.replaceAll(".", "\\.")}(.+)${RULE_ENDS}([^${RULE_ENDS}]+)$` } } },
                { path: ["{http.regexp.rule.1}"] },
              ),
            ],
            handle: [{ handler: "vars", cache: "{http.regexp.rule.2}" }],
          },
        ],
      },
    ],
  };
}

/** What Go knows of no server; without a type it would be guessed, and be that of the compressed file where there is one. */
const types = [
  ["*.map", "application/json"],
  ["*.webmanifest", "application/manifest+json"],
].map(([pattern, type]) => ({
  match: [{ path: [pattern] }],
  handle: [{ handler: "headers", response: { deferred: true, require: { status_code: [2] }, set: { "Content-Type": [type] } } }],
}));

/** The files of a release; `sites`: the folder of all of them. */
export function site(sites: string) {
  return {
    match: [isSite],
    handle: [
      { handler: "vars", root: `${sites}/{http.regexp.target.1}/{http.regexp.target.2}`, cache: OTHERS },
      siteHeaders,
      { handler: "headers", response: { deferred: true, require: { status_code: [2, 304] }, set: { "Cache-Control": ["{http.vars.cache}"] } } },
      // Without a word they may be kept for ever, and lead in a circle once about.html has become about/index.html.
      { handler: "headers", response: { deferred: true, require: { status_code: [301, 302, 307, 308] }, set: { "Cache-Control": [PAGE] } } },
      {
        handler: "subroute",
        routes: [
          // A part of a file is a part of what it is, not of what comes of it on the way.
          { match: [not({ header: { Range: ["*"] } })], handle: [encode] },
          ...refused,
          ...names,
          ...missing,
          ...kept,
          ...types,
          { handle: [files] },
        ],
      },
    ],
    terminal: true,
  };
}

const is404 = { vars_regexp: { "{http.error.status_code}": { pattern: "^404$" } } };

/** What a site does not have is its answer as well. Nothing but a site is searched for a page of its own. */
export const siteErrors = {
  match: [isSite],
  handle: [
    siteHeaders,
    {
      handler: "subroute",
      routes: [
        {
          match: [{ ...there("/404.html"), ...is404 }],
          handle: [
            // Whoever has the page already still has to be told 404, with all of it.
            { handler: "headers", request: { delete: ["If-Match", "If-None-Match", "If-Range", "Range"] }, response: { deferred: true, set: { "Cache-Control": [PAGE] }, delete: ["Etag", "Accept-Ranges"] } },
            encode,
            { handler: "rewrite", uri: "/404.html" },
            { ...files, status_code: "404" },
          ],
          terminal: true,
        },
      ],
    },
  ],
};
