import { implement } from "@orpc/server";
import { desktopContract } from "../contract/index.ts";
import { forwardAgent } from "./agent/forward.ts";
import type { Services } from "./services.ts";
import type { CallContext } from "./rpc/handler.ts";
import { deltas } from "./servers/deltas.ts";

/** What a window may ask, one line per procedure; the work is in the folders beside. */
export function createRouter({ info, servers, ssh, secrets, known, transfers, files, prompts, local, credits }: Services) {
  const on = implement(desktopContract).$context<CallContext>();
  return {
    app: {
      info: on.app.info.handler(info),
    },
    servers: {
      list: on.servers.list.handler(() => servers.list()),
      watch: on.servers.watch.handler(({ signal }) => deltas(servers.watch(signal))),
      add: on.servers.add.handler(({ input }) => servers.add(input)),
      addLocal: on.servers.addLocal.handler(() => servers.addLocal()),
      rename: on.servers.rename.handler(({ input }) => servers.rename(input.id, input.name)),
      remove: on.servers.remove.handler(async ({ input }) => (await servers.remove(input.id), {})),
      connect: on.servers.connect.handler(({ input }) => servers.connect(input.id)),
      disconnect: on.servers.disconnect.handler(({ input }) => servers.disconnect(input.id)),
      wake: on.servers.wake.handler(() => (servers.wake(), {})),
      upgrade: on.servers.upgrade.handler(({ input }) => servers.upgrade(input.id)),
      changeLogin: on.servers.changeLogin.handler(({ input: { id, ...login }, signal }) => servers.changeLogin(id, login, signal)),
      setDoor: on.servers.setDoor.handler(({ input }) => servers.setDoor(input.id, input.door)),
      uninstall: on.servers.uninstall.handler(({ input, signal }) => servers.uninstall(input, signal)),
      measure: on.servers.measure.handler(({ input, signal }) => transfers.measure(input.id, signal)),
      reorder: on.servers.reorder.handler(({ input }) => servers.reorder(input.ids)),
      setTags: on.servers.setTags.handler(({ input }) => servers.setTags(input.id, input.tags)),
    },
    ssh: {
      hosts: on.ssh.hosts.handler(() => ssh.hosts()),
      keys: on.ssh.keys.handler(async () => ({ keys: await ssh.keys(), chooses: files !== null })),
      chooseKey: on.ssh.chooseKey.handler(async () => ({ path: (await files?.chooseOpen("Choose a private key")) ?? null })),
      resolve: on.ssh.resolve.handler(({ input }) => ssh.resolve(input.alias)),
      forgetHostKey: on.ssh.forgetHostKey.handler(({ input }) => ssh.forgetHostKey(servers.overSsh(input.id), input)),
    },
    secrets: {
      status: on.secrets.status.handler(() => secrets.status()),
      keepInFile: on.secrets.keepInFile.handler(({ input }) => secrets.keepInFile(input)),
      unlock: on.secrets.unlock.handler(({ input }) => secrets.unlock(input)),
      lock: on.secrets.lock.handler(() => secrets.lock()),
      changePassphrase: on.secrets.changePassphrase.handler(({ input }) => secrets.changePassphrase(input)),
      useKeychain: on.secrets.useKeychain.handler(() => secrets.useKeychain()),
      forgetAll: on.secrets.forgetAll.handler(() => secrets.forgetAll()),
    },
    known: {
      get: on.known.get.handler(({ input }) => known.get(input.id)),
      outcomes: on.known.outcomes.handler(({ signal }) => known.outcomes(signal)),
      find: on.known.find.handler(({ input }) => known.find(input)),
    },
    transfers: {
      watch: on.transfers.watch.handler(({ signal }) => transfers.watch(signal)),
      downloadLog: on.transfers.downloadLog.handler(({ input, signal }) => transfers.downloadLog(input, signal)),
      uploadVariables: on.transfers.uploadVariables.handler(({ input }) => transfers.uploadVariables(input)),
      downloadFile: on.transfers.downloadFile.handler(({ input, signal }) => transfers.downloadFile(input, signal)),
      uploadFile: on.transfers.uploadFile.handler(({ input }) => transfers.uploadFile(input)),
      bring: on.transfers.bring.handler(async ({ input }) => (await transfers.bring(input), {})),
      cancel: on.transfers.cancel.handler(({ input }) => (transfers.cancel(input.id), {})),
      dismiss: on.transfers.dismiss.handler(({ input }) => (transfers.dismiss(input.id), {})),
      show: on.transfers.show.handler(({ input }) => (transfers.show(input.id), {})),
    },
    prompts: {
      watch: on.prompts.watch.handler(({ signal }) => prompts.watch(signal)),
      answer: on.prompts.answer.handler(({ input }) => (prompts.answer(input.id, input.answer), {})),
    },
    local: {
      check: on.local.check.handler(() => local.check()),
      install: on.local.install.handler(({ signal }) => local.install(signal)),
    },
    streams: {
      taken: on.streams.taken.handler(({ input }) => (credits.taken(input.stream, input.taken), {})),
    },
    agent: forwardAgent(servers.reach),
  };
}
