import type { Button, MrkdwnElement, PlainTextElement } from '@slack/types';

/** Words that Slack shows as they are: the safe place for what somebody typed. */
export function plain(text: string): PlainTextElement {
  return { type: 'plain_text', text, emoji: true };
}

/** Our own formatting; somebody's words in it go through `escapeText`. Nothing becomes a link or mention by its looks. */
export function mrkdwn(text: string): MrkdwnElement {
  return { type: 'mrkdwn', text, verbatim: true };
}

/** A button by what it does; `label` says it to screen readers where the text alone does not (at most 75 characters). */
export function button(
  actionId: string,
  text: string,
  { label, ...rest }: { label?: string; value?: string; style?: Button['style'] } = {},
): Button {
  return {
    type: 'button',
    action_id: actionId,
    text: plain(text),
    ...(label !== undefined && { accessibility_label: label }),
    ...rest,
  };
}
