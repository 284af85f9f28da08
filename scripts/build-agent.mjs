// Bundles the agent into one file: agent/dist/agent.mjs, run by the pinned Node on every server.
import { mkdirSync, readFileSync, renameSync } from "node:fs"
import { builtinModules } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Parts of dockerode that the agent never calls (build sessions, Docker over SSH or TLS, tarballs) and that would cost memory at start. */
const UNUSED = /^(@grpc\/grpc-js|@grpc\/proto-loader|protobufjs|ssh2|tar-fs|@balena\/dockerignore|https)$/
/** Its trace lines go nowhere in the agent. */
const SILENT = /^debug$/

const leaveOutUnused = {
  name: "leave-out-unused",
  setup(build) {
    build.onResolve({ filter: UNUSED }, ({ path }) => ({ path, namespace: "unused" }))
    build.onLoad({ filter: /.*/, namespace: "unused" }, () => ({ contents: "module.exports = {}", loader: "js" }))
    build.onResolve({ filter: SILENT }, ({ path }) => ({ path, namespace: "silent" }))
    build.onLoad({ filter: /.*/, namespace: "silent" }, () => ({ contents: "module.exports = () => () => {}", loader: "js" }))
  },
}

/**
 * An ES import of a builtin reads every one of its exports: for node:http that loads a whole WebSocket client, 13 MB of
 * resident memory that the agent never uses. Asked for this way, exports are read when they are used.
 */
const readBuiltinsLazily = {
  name: "read-builtins-lazily",
  setup(build) {
    const names = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]).concat("node:sqlite"))
    build.onResolve({ filter: /.*/ }, ({ path }) => (names.has(path) ? { path, namespace: "builtin" } : undefined))
    build.onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`,
      loader: "js",
    }))
  },
}

/** Tests of upgrades need agents that differ: the texts of some of our files, changed on the way into the bundle. */
const changeTexts = (change) => ({
  name: "change-texts",
  setup(build) {
    for (const [path, edit] of Object.entries(change)) {
      const filter = new RegExp(`^${join(root, path).replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`)
      build.onLoad({ filter }, ({ path }) => ({ contents: edit(readFileSync(path, "utf8")), loader: "ts" }))
    }
  },
})

export async function buildAgent({ outfile = join(root, "agent/dist/agent.mjs"), change = {} } = {}) {
  const { build } = await import("esbuild")
  mkdirSync(dirname(outfile), { recursive: true })
  // Two builds at once must never show half a file to a reader.
  const fresh = `${outfile}.${process.pid}.new`
  const result = await build({
    entryPoints: [join(root, "agent/src/main.ts")],
    outfile: fresh,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
    // CommonJS packages inside an ES module may still ask for something by `require` while they run.
    banner: { js: 'const require=process.getBuiltinModule("node:module").createRequire(import.meta.url);' },
    // The packaged copy of Node's own streams, for browsers and old versions.
    alias: { "readable-stream": "node:stream" },
    plugins: [changeTexts(change), leaveOutUnused, readBuiltinsLazily],
  })
  renameSync(fresh, outfile)
  return { outfile, bytes: Object.values(result.metafile.outputs)[0].bytes, metafile: result.metafile }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { outfile, bytes } = await buildAgent()
  process.stdout.write(`${outfile} ${Math.round(bytes / 1024)} KB\n`)
}
