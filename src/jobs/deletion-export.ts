import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SlackRefused } from '../clients/slack/failures.ts';
import { NotInstalled } from '../clients/slack/not-installed.ts';
import { sendFile } from '../clients/slack/send-file.ts';
import { isUnreachable } from '../clients/slack/unreachable.ts';
import type { Context } from '../domain/context.ts';
import {
  type CarriedDeletion,
  failDeletion,
  findRecipient,
  readCarried,
  scheduleDeletion,
} from '../domain/organizations/deletion/carry-deletion.ts';
import { writeExport } from '../domain/organizations/export/write-export.ts';
import type { JobContext } from './context.ts';
import { defineJob } from './job.ts';

export type ExportContext = Context & Pick<JobContext, 'slack' | 'publicUrl'>;

const reasons = {
  notInstalled: () =>
    'Orgdesk was removed from the workspace, so the data could not be handed over. Nothing was deleted.',
  unreachable: () => 'Slack could not deliver the data to the Owner. Nothing was deleted.',
  missingScope: (installUrl: string) =>
    `Orgdesk may not send files in this workspace yet, so the data could not be handed over. An admin of the workspace has to install it again: ${installUrl}. Nothing was deleted.`,
  refused: () =>
    'Slack did not take the file with the data. Whoever runs Orgdesk has been told; nothing was deleted.',
  givenUp: () => 'The data could not be handed over, after several attempts. Nothing was deleted.',
};

/** Hands the organization's data over to its Owner as a ZIP, in a direct message; the seven days begin when it is there. */
export const deletionExport = defineJob<'deletion.export', ExportContext>('deletion.export', {
  queue: 'slack',
  async run(context, { deletionId }, { log, attempt }) {
    const deletion = await readCarried(context, deletionId);
    if (deletion?.status !== 'exporting') return;
    const fail = (reason: string) =>
      context.database.$transaction((transaction) => failDeletion(transaction, context, deletionId, reason));
    const recipient = await findRecipient(context, deletion);
    if (recipient === null) return fail(reasons.unreachable());
    try {
      await handOver(context, deletion, recipient, attempt);
    } catch (error) {
      if (!(error instanceof SlackRefused || error instanceof NotInstalled)) throw error;
      const reason = reasonOf(error, context.publicUrl('/slack/install'));
      log.error({ err: error, deletionId }, 'The data of a deletion could not be handed over.');
      return fail(reason);
    }
    await scheduleDeletion(context, deletionId);
  },
  onParked: (transaction, context, { deletionId }) =>
    failDeletion(transaction, context, deletionId, reasons.givenUp()),
});

async function handOver(
  context: ExportContext,
  deletion: CarriedDeletion,
  userId: string,
  attempt: number,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'orgdesk-export-'));
  try {
    const path = join(folder, 'export.zip');
    await writeExport(context, deletion.organizationId, path);
    await sendFile(context.slack(deletion.teamId), {
      userId,
      path,
      filename: filenameOf(deletion),
      title: 'Everything of your organization in Orgdesk',
      comment:
        'Here is everything that Orgdesk keeps of your organization, as a ZIP: one file for a program (`organization.json`) and tables for people (CSV). Put it in a safe place: Slack keeps it only as long as your workspace keeps files.',
      attempt,
      sentFor: deletion.id,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Names the deletion, so that a file that was sent before can be found. */
function filenameOf({ id, requestedAt }: CarriedDeletion): string {
  return `orgdesk-export-${requestedAt.toISOString().slice(0, 10)}-${id.slice(-12)}.zip`;
}

function reasonOf(error: SlackRefused | NotInstalled, installUrl: string): string {
  if (error instanceof NotInstalled) return reasons.notInstalled();
  if (error.reason === 'missing_scope') return reasons.missingScope(installUrl);
  return isUnreachable(error) ? reasons.unreachable() : reasons.refused();
}
