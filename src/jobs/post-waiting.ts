import type { WebClient } from '@slack/web-api';
import { RetryableFailure } from '../clients/failures.ts';
import { postTrouble } from '../clients/slack/channel-trouble.ts';
import { postOnce } from '../clients/slack/post-once.ts';
import { isFileRefused, isShared, shareFile, stageFile } from '../clients/slack/upload-file.ts';
import { readAnnounced, recordPaymentPosted } from '../domain/payments/announcement.ts';
import type { NextInThread, NextPost } from '../domain/tickets/channel/next-post.ts';
import {
  noteStaged,
  readCustomerWords,
  readFile,
  readMailedReply,
  readNoteWords,
} from '../domain/tickets/channel/read-post.ts';
import {
  recordCardPosted,
  recordPartPosted,
  recordThreadPosted,
} from '../domain/tickets/channel/record-post.ts';
import type { Slot } from '../domain/tickets/channel/slot.ts';
import { readTicketOfEffect } from '../domain/tickets/find-ticket.ts';
import { readMerge } from '../domain/tickets/merge/read-merge.ts';
import { blockWords } from '../slack/blocks/block-words.ts';
import { mrkdwn } from '../slack/blocks/composition.ts';
import { mergeWords } from '../slack/blocks/merge.ts';
import { paymentMessage } from '../slack/blocks/payment-message.ts';
import { customerWords, failureWords, fileMissing, noteWords } from '../slack/blocks/thread.ts';
import { type CardMessage, goesOnInThread, ticketCard } from '../slack/blocks/ticket-card.ts';
import { goesOnText } from '../slack/blocks/ticket-opened.ts';
import type { ChannelPostContext } from './channel-post.ts';

interface Posting {
  client: WebClient;
  slot: Slot;
  /** When an earlier try began, which may have posted it. */
  begunBefore: Date | null;
}

/** Posts one thing and records where it stands. False where there was nothing to post after all. */
export async function postWaiting(
  context: ChannelPostContext,
  slot: Slot,
  next: NextPost,
  begunBefore: Date | null,
): Promise<boolean> {
  const posting: Posting = { client: context.slack(slot.teamId), slot, begunBefore };
  if (next.kind === 'card') return postCard(context, posting, next.ticketId);
  if (next.kind === 'payment') return postPayment(context, posting, next.id);
  return next.kind === 'file' ? postFile(context, posting, next) : postWords(context, posting, next);
}

async function postCard(context: ChannelPostContext, posting: Posting, ticketId: string): Promise<boolean> {
  const ticket = await readTicketOfEffect(context, ticketId);
  if (ticket === null || ticket.messageTs !== null) return false;
  const ts = await post(posting, ticketCard(ticket), ticketId);
  const { teamId, channelId } = posting.slot;
  const goesOn = goesOnInThread(ticket);
  await recordCardPosted(context, { teamId, ticketId, channelId, ts, shownAt: ticket.activeAt, goesOn });
  return true;
}

async function postPayment(
  context: ChannelPostContext,
  posting: Posting,
  paymentId: string,
): Promise<boolean> {
  const payment = await readAnnounced(context, paymentId);
  if (payment === null || payment.messageTs !== null) return false;
  const ts = await post(posting, paymentMessage(payment), paymentId);
  await recordPaymentPosted(context, { channelId: posting.slot.channelId, ts, shown: payment });
  return true;
}

async function postWords(
  context: ChannelPostContext,
  posting: Posting,
  next: NextInThread,
): Promise<boolean> {
  const messages = await readWords(context, next);
  const message = messages[next.parts];
  if (message === undefined) {
    await recordThreadPosted(context, next, null);
    return false;
  }
  const ts = await post(posting, message, `${next.id}:${next.parts}`, next.threadTs).catch(
    (error: unknown) => {
      // What Slack does not show in any form must not hold up the rest.
      if (postTrouble(error) !== 'content') throw error;
      return null;
    },
  );
  if (ts !== null && next.parts + 1 < messages.length) await recordPartPosted(context, next, ts);
  else await recordThreadPosted(context, next, ts);
  return ts !== null;
}

async function readWords(
  context: ChannelPostContext,
  { kind, ticketId, subjectId }: NextInThread,
): Promise<CardMessage[]> {
  if (kind === 'merged' || kind === 'absorbed') {
    const merge = await readMerge(context, subjectId);
    return merge && [merge.duplicate.id, merge.target.id].includes(ticketId) ? [mergeWords(kind, merge)] : [];
  }
  if (kind === 'note') {
    const note = await readNoteWords(context, subjectId);
    return note ? [noteWords(note)] : [];
  }
  if (kind === 'failure') {
    const reply = await readMailedReply(context, subjectId);
    if (reply?.mailStatus !== 'failed' || reply.failureTs !== null) return [];
    return [failureWords({ ...reply, messageId: subjectId, reason: reply.mailError })];
  }
  if (kind === 'following') {
    const follower = await readTicketOfEffect(context, subjectId);
    if (follower === null) return [];
    const text = goesOnText(follower);
    return [{ text, blocks: [{ type: 'section', text: mrkdwn(text) }] }];
  }
  const words = await readCustomerWords(context, subjectId);
  return words ? customerWords(words) : [];
}

async function postFile(context: ChannelPostContext, posting: Posting, next: NextInThread): Promise<boolean> {
  const { client, slot, begunBefore } = posting;
  const file = await readFile(context, next.subjectId);
  if (!file) {
    await recordThreadPosted(context, next, null);
    return false;
  }
  const upload = { name: file.name, bytes: file.content, channelId: slot.channelId, threadTs: next.threadTs };
  const staged = begunBefore === null ? null : file.slackFileId;
  try {
    if (staged === null || !(await isShared(client, staged, slot.channelId))) {
      const fileId = await stageFile(client, upload);
      await noteStaged(context, next.subjectId, fileId);
      await shareFile(client, fileId, upload);
    }
  } catch (error) {
    if (!isFileRefused(error) && !isTriedEnough(error, begunBefore, context.now())) throw error;
    await post(posting, fileMissing(file.name), next.id, next.threadTs);
  }
  await recordThreadPosted(context, next, null);
  return true;
}

/** A file whose bytes do not get through holds up its channel for as long, in milliseconds. */
const TRIED_MS = 180_000;

/** Whether an upload has failed for so long that what waits behind it goes first; not where Slack asks to wait. */
function isTriedEnough(error: unknown, begunBefore: Date | null, now: Date): boolean {
  const failed = error instanceof RetryableFailure && error.retryAfter === undefined;
  return failed && begunBefore !== null && now.getTime() - begunBefore.getTime() > TRIED_MS;
}

/** One message, with its words in place of its blocks where Slack does not take them; gives where it stands. */
async function post(
  { client, slot, begunBefore }: Posting,
  { text, blocks }: CardMessage,
  outboxId: string,
  threadTs?: string,
): Promise<string> {
  const message = {
    channel: slot.channelId,
    text,
    outboxId,
    attempt: begunBefore === null ? 1 : 2,
    ...(begunBefore !== null && { since: begunBefore }),
    ...(threadTs !== undefined && { threadTs }),
  };
  try {
    return (await postOnce(client, { ...message, blocks })).ts;
  } catch (error) {
    if (postTrouble(error) !== 'content') throw error;
    return (await postOnce(client, { ...message, text: blockWords(blocks) || text })).ts;
  }
}
