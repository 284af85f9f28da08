// Bundles the agent into one file: agent/dist/agent.mjs, run by the pinned Node on every server.
import { mkdirSync, renameSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Parts of dockerode that the agent never calls (build sessions, Docker over SSH, tarballs) and that would cost memory at start. */
const UNUSED = /^(@grpc\/grpc-js|@grpc\/proto-loader|protobufjs|ssh2|tar-fs|@balena\/dockerignore)$/

const leaveOutUnused = {
  name: "leave-out-unused",
  setup(build) {
    build.onResolve({ filter: UNUSED }, ({ path }) => ({ path, namespace: "unused" }))
    build.onLoad({ filter: /.*/, namespace: "unused" }, () => ({ contents: "module.exports = {}", loader: "js" }))
  },
}

export async function buildAgent({ outfile = join(root, "agent/dist/agent.mjs") } = {}) {
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
    // CommonJS packages inside an ES module still ask for Node's own modules by `require`.
    banner: { js: 'import{createRequire as aeroplaneRequire}from"node:module";const require=aeroplaneRequire(import.meta.url);' },
    plugins: [leaveOutUnused],
  })
  renameSync(fresh, outfile)
  return { outfile, bytes: Object.values(result.metafile.outputs)[0].bytes, metafile: result.metafile }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { outfile, bytes } = await buildAgent()
  process.stdout.write(`${outfile} ${Math.round(bytes / 1024)} KB\n`)
}
