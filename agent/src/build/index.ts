export { buildImage, type ImageBuild } from "./image.ts";
export { buildSite, removeSite, type SiteBuild } from "./site.ts";
export { readBuildOutput, type BuilderOptions } from "./buildx.ts";
