import type { KnownBlock, View } from '@slack/types';
import { expect } from 'vitest';
import type { Json } from '../sandbox/slack/json.ts';
import { messageRefusal, viewRefusal } from '../sandbox/slack/payload-limits.ts';

type Shown = View | { text: string; blocks?: readonly object[] };

/** Fails where Slack would refuse the view or message, or where it breaks what Slack's accessibility page asks. */
export function assertWithinLimits(shown: Shown): void {
  const payload = JSON.parse(JSON.stringify(shown));
  const refusal = isView(shown)
    ? viewRefusal(payload as Json, shown.type as 'modal' | 'home')
    : messageRefusal(payload);
  expect(refusal).toBeUndefined();
  if (!isView(shown)) expect(shown.text.trim()).not.toBe('');
}

/** Every text object and alt text that somebody can read, in order; plain_text and mrkdwn told apart. */
export function textsIn(
  shown: Shown | readonly KnownBlock[],
): { type: 'plain_text' | 'mrkdwn'; text: string }[] {
  const found: { type: 'plain_text' | 'mrkdwn'; text: string }[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { type, text, alt_text } = value as { type?: string; text?: unknown; alt_text?: unknown };
    if ((type === 'plain_text' || type === 'mrkdwn') && typeof text === 'string') found.push({ type, text });
    if (typeof alt_text === 'string') found.push({ type: 'plain_text', text: alt_text });
    Object.values(value).forEach(visit);
  };
  visit(shown);
  return found;
}

/** The action ids of every control, in order. */
export function actionsIn(shown: Shown | readonly KnownBlock[]): string[] {
  const ids: string[] = [];
  JSON.stringify(shown, (key, value) => {
    if (key === 'action_id') ids.push(value);
    return value;
  });
  return ids;
}

function isView(shown: Shown): shown is View {
  return 'type' in shown;
}
