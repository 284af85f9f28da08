import { go } from "../../app/view.ts";
import type { Server, ServerLogin } from "../../../contract/index.ts";
import { client } from "../../link.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { AddForm } from "./add-form.tsx";
import { useSignInForm } from "./use-add-form.ts";

/** Another address, user, key or way to the same server: proved first, then kept. */
export function SignInDialog({ server, login }: { server: Server; login: ServerLogin }) {
  const form = useSignInForm({
    from: login,
    async send({ login: changed }, signal) {
      await client.servers.changeLogin({ id: server.id, ...changed }, { signal });
      go.closeDialog();
    },
  });
  const leave = () => {
    form.stop();
    go.closeDialog();
  };
  return (
    <Dialog
      title={`Change the sign-in of ${server.name}`}
      about="It is signed in to first. Nothing changes until that has worked; its apps, tags and settings stay."
      onClose={leave}
      onSubmit={form.submit}
      footer={
        <>
          <Button onClick={leave}>Cancel</Button>
          <Button kind="primary" type="submit" working={form.adding}>
            {form.adding ? "Signing in" : "Sign in and save"}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <AddForm form={form} existing />
      </div>
    </Dialog>
  );
}
