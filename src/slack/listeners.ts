import { createActions } from './actions/create.ts';
import { prefixActions } from './actions/prefix.ts';
import { settingsActions } from './actions/settings.ts';
import { createCommands } from './commands/create.ts';
import { withHelp } from './commands/org.ts';
import { overviewCommands } from './commands/overview.ts';
import { prefixCommands } from './commands/prefix.ts';
import { settingsCommands } from './commands/settings.ts';
import { events } from './events/table.ts';
import type { Listeners } from './listener.ts';
import { createViews } from './views/create.ts';
import { prefixViews } from './views/prefix.ts';
import { settingsViews } from './views/settings.ts';

/** The slash commands that the manifest registers; what follows `/org` is a subcommand. */
export const commands = ['/org'] as const;

/** Everything that Slack can send us, and who answers it. The only such list. */
export const listeners: Listeners = {
  subcommands: withHelp(join(overviewCommands, createCommands, settingsCommands, prefixCommands)),
  actions: join(createActions, settingsActions, prefixActions),
  views: join(createViews, settingsViews, prefixViews),
  shortcuts: join({}),
  events,
};

/** The features' slices as one table. @throws Error where two slices have the same id. */
function join<T>(...slices: Record<string, T>[]): Record<string, T> {
  const entries = slices.flatMap((slice) => Object.entries(slice));
  const ids = entries.map(([id]) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`Two listeners have the id ${twice}.`);
  return Object.fromEntries(entries);
}
