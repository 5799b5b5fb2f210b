import type { World } from '../sandbox/world.ts';
import type { Cast } from './step.ts';

/** The people of the story, in a workspace of their own. */
export async function castStory({ slack }: World): Promise<Cast> {
  const workspace = await slack.addTeam({ name: 'Harbour Goods' });
  const add = (name: string, email: string) => slack.addUser(workspace.id, { name, realName: name, email });
  return {
    team: workspace.id,
    owner: add('Olivia', 'olivia@harbour.example'),
    agent: add('Amir', 'amir@harbour.example'),
    admin: add('Dana', 'dana@harbour.example'),
    late: add('Lee', 'lee@harbour.example'),
  };
}
