import { auditActions } from './actions/audit.ts';
import { billingActions } from './actions/billing.ts';
import { categoriesActions } from './actions/categories.ts';
import { channelActions } from './actions/channel.ts';
import { createActions } from './actions/create.ts';
import { deletionActions } from './actions/deletion.ts';
import { domainsActions } from './actions/domains.ts';
import { invitationActions } from './actions/invitation.ts';
import { invitationsActions } from './actions/invitations.ts';
import { leaveActions } from './actions/leave.ts';
import { membersActions } from './actions/members.ts';
import { paymentsActions } from './actions/payments.ts';
import { pluginActions } from './actions/plugin.ts';
import { prefixActions } from './actions/prefix.ts';
import { productsActions } from './actions/products.ts';
import { seatsActions } from './actions/seats.ts';
import { settingsActions } from './actions/settings.ts';
import { ticketCardActions } from './actions/ticket-card.ts';
import { ticketMoreActions } from './actions/ticket-more.ts';
import { ticketsActions } from './actions/tickets.ts';
import { transferActions } from './actions/transfer.ts';
import { auditCommands } from './commands/audit.ts';
import { billingCommands } from './commands/billing.ts';
import { categoriesCommands } from './commands/categories.ts';
import { channelCommands } from './commands/channel.ts';
import { createCommands } from './commands/create.ts';
import { deleteCommands } from './commands/delete.ts';
import { domainsCommands } from './commands/domains.ts';
import { inviteCommands } from './commands/invite.ts';
import { leaveCommands } from './commands/leave.ts';
import { membersCommands } from './commands/members.ts';
import { overviewCommands } from './commands/overview.ts';
import { paymentsCommands } from './commands/payments.ts';
import { pluginCommands } from './commands/plugin.ts';
import { prefixCommands } from './commands/prefix.ts';
import { productsCommands } from './commands/products.ts';
import { withHelp } from './commands/route.ts';
import { seatsCommands } from './commands/seats.ts';
import { settingsCommands } from './commands/settings.ts';
import { ticketByNumber, ticketCommands } from './commands/ticket.ts';
import { transferCommands } from './commands/transfer.ts';
import { events } from './events/table.ts';
import type { Listeners } from './listener.ts';
import { ticketShortcuts } from './shortcuts/ticket.ts';
import { categoriesViews } from './views/categories.ts';
import { channelViews } from './views/channel.ts';
import { createViews } from './views/create.ts';
import { deletionViews } from './views/deletion.ts';
import { domainsViews } from './views/domains.ts';
import { invitationsViews } from './views/invitations.ts';
import { leaveViews } from './views/leave.ts';
import { membersViews } from './views/members.ts';
import { paymentsViews } from './views/payments.ts';
import { pluginViews } from './views/plugin.ts';
import { prefixViews } from './views/prefix.ts';
import { productsViews } from './views/products.ts';
import { seatsViews } from './views/seats.ts';
import { settingsViews } from './views/settings.ts';
import { ticketCardViews } from './views/ticket-card.ts';
import { ticketMoreViews } from './views/ticket-more.ts';
import { ticketsViews } from './views/tickets.ts';
import { transferViews } from './views/transfer.ts';

/** Everything that Slack can send us, and who answers it. The only such list. */
export const listeners: Listeners = {
  commands: {
    '/org': {
      start: 'overview',
      words: withHelp(
        '/org',
        join(
          overviewCommands,
          createCommands,
          seatsCommands,
          billingCommands,
          inviteCommands,
          membersCommands,
          domainsCommands,
          pluginCommands,
          productsCommands,
          paymentsCommands,
          prefixCommands,
          settingsCommands,
          channelCommands,
          categoriesCommands,
          auditCommands,
          transferCommands,
          leaveCommands,
          deleteCommands,
        ),
      ),
    },
    '/ticket': { start: 'list', words: withHelp('/ticket', ticketCommands), otherwise: ticketByNumber },
  },
  actions: join(
    createActions,
    seatsActions,
    billingActions,
    settingsActions,
    prefixActions,
    invitationsActions,
    invitationActions,
    membersActions,
    transferActions,
    leaveActions,
    deletionActions,
    domainsActions,
    pluginActions,
    productsActions,
    paymentsActions,
    auditActions,
    ticketsActions,
    channelActions,
    categoriesActions,
    ticketCardActions,
    ticketMoreActions,
  ),
  views: join(
    createViews,
    seatsViews,
    settingsViews,
    prefixViews,
    invitationsViews,
    membersViews,
    transferViews,
    leaveViews,
    deletionViews,
    domainsViews,
    pluginViews,
    productsViews,
    paymentsViews,
    ticketsViews,
    channelViews,
    categoriesViews,
    ticketCardViews,
    ticketMoreViews,
  ),
  shortcuts: join(ticketShortcuts),
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
