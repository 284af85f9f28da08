type Client = { environments: { list(input: { projectId: string }, options?: never): Promise<{ id: string }[]> } };

/** The first environment of a project: the one that it was made with. */
export async function firstEnvironment(client: Client, projectId: string): Promise<string> {
  const [first] = await client.environments.list({ projectId });
  if (first === undefined) throw new Error(`The project ${projectId} has no environment`);
  return first.id;
}
