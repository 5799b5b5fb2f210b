import type { KnownBlock } from '@slack/types';
import { describe, expect, it } from 'vitest';
import type { Actor } from '../../src/domain/actor.ts';
import { refuse } from '../../src/domain/errors.ts';
import { homeView } from '../../src/slack/blocks/home.ts';
import { overviewBlocks } from '../../src/slack/blocks/overview.ts';
import { listeners } from '../../src/slack/listeners.ts';
import { actionsIn, assertWithinLimits, textsIn } from '../setup/blocks.ts';
import { around, home, overview, read, visitor, worst, worstTickets } from './overview-samples.ts';

describe('the App Home', () => {
  it.each(['owner', 'admin', 'agent'] as const)('has no button for an %s that leads nowhere', (role) => {
    const founding = homeView(refuse('no_organization'), { ...around(role), actor: visitor(null) });
    for (const id of [...actionsIn(homeView(home, around(role))), ...actionsIn(founding)]) {
      expect(Object.keys(listeners.actions)).toContain(id);
    }
  });

  it('has the tickets that wait above the overview, for a member', () => {
    const { blocks } = homeView(home, around('agent'));
    expect(blocks.slice(4)).toEqual(overviewBlocks(overview, around('agent')));
    expect(blocks.slice(0, 2).map((block) => read([block as KnownBlock]))).toEqual([
      '*Your tickets* · 1,000+\n• *<https://slack.com/app_redirect?team=T1&channel=C1&message_ts=1.2|TKT-041>* Cold &lt;tea&gt; · Cleo · High, Open\nand 999+ more',
      '*Unassigned tickets* · 0\nEvery open ticket has somebody.',
    ]);
  });

  it('lets no customer’s words become a mention or a link', () => {
    const view = homeView({ ...worst, mine: worstTickets, unassigned: worstTickets }, around('agent'));
    for (const { type, text } of textsIn(view.blocks.slice(0, 2) as KnownBlock[])) {
      if (type === 'mrkdwn') {
        expect(text.length).toBeLessThanOrEqual(3_000);
        expect(text.replace(/<https:\/\/slack.com\/app_redirect\?[^>|]*\|[\w-]+>/g, '')).not.toMatch(/[<>]/);
      }
    }
  });

  it('offers creation where there is no organization, but not to guests', () => {
    const view = (actor: Actor) => homeView(refuse('no_organization'), { ...around('agent'), actor });
    expect(actionsIn(view(visitor(null)))).toEqual(['create.open']);
    expect(actionsIn(view({ ...visitor(null), standing: null }))).toEqual(['create.open']);
    for (const standing of ['guest', 'stranger', 'bot'] as const) {
      expect(actionsIn(view({ ...visitor(null), standing }))).toEqual([]);
    }
    assertWithinLimits(view(visitor(null)));
  });

  it('tells who is no member what to do', () => {
    const view = homeView(refuse('not_a_member'), { ...around('agent'), actor: visitor('o') });
    expect(read(view)).toContain('Ask an Admin or the Owner to invite you.');
    expect(actionsIn(view)).toEqual([]);
    assertWithinLimits(view);
  });
});
