import { createServer } from "node:http"

const release = process.env.AEROPLANE_RELEASE_ID ?? "none"
const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Hello from Aeroplane</title>
<style>body { font: 18px/1.6 system-ui; margin: 20vh auto; max-width: 34rem; padding: 0 1rem; color-scheme: light dark }</style>
<h1>Hello</h1>
<p>This page comes out of a container that BuildKit made from a Git repository a moment ago.</p>
<p>Release <code>${release}</code></p>
</html>
`

const server = createServer((request, response) => {
  if (request.url === "/health") return response.end("ok\n")
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" })
  response.end(page)
})
server.listen(Number(process.env.PORT ?? 3000), "0.0.0.0", () => console.log(`Release ${release} listens`))

process.on("SIGTERM", () => server.close(() => process.exit(0)))
