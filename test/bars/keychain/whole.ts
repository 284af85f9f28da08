// The whole way once: a server signed in to by password, prepared, its variables typed; and a search of the server too.
import { raiseWorld } from "../../world/raise.ts";
import { keepVariables, typed, type Stage } from "./stages.ts";

export async function byPassword({ context, checks, secrets, bus, open }: Stage): Promise<void> {
  const world = await raiseWorld({ say: context.say, signal: context.signal });
  context.cleanup(world.stop);
  const server = await world.server("ready");
  const { password, wrong } = secrets;
  await server.exec(["chpasswd"], { input: `deploy:${password.value}\n` });
  await bus.unlock();
  const host = await open({ bus: true });
  let id = "";
  const login = { user: "deploy", address: server.address, port: 22, auth: { type: "password" as const } };
  const { asked, at } = await host.connectByHand(() => id, [typed(wrong.value, true), typed(password.value, true)], async () => void ({ id } = await host.client.servers.add(login)));
  checks.check("by password, a wrong one first", [asked, at.state], [["host-key", "password, may be remembered", "password, may be remembered, again"], "ready"]);
  await keepVariables(host.client, id, secrets);
  const later = await open({ bus: true });
  checks.check("the next start, nobody there", [(await later.rests(id)).state, later.prompts().length], ["ready", 0]);
  const cores = Object.values(secrets).map(({ value }) => /kanarie[0-9a-f]+/.exec(value)![0]);
  const searched = await server.tryExec(["sh", "-c", `grep -rlaF ${cores.map((core) => `-e ${core}`).join(" ")} /var/lib/aeroplane /opt /run /var/log /home /root /tmp /etc 2>/dev/null; true`]);
  checks.check("secrets in files of the server", searched.stdout.trim(), "");
}
