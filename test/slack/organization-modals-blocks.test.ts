import { describe, expect, it } from 'vitest';
import { refuse } from '../../src/domain/errors.ts';
import { createdModal, createModal } from '../../src/slack/blocks/create.ts';
import { prefixModal, prefixSavedModal } from '../../src/slack/blocks/prefix.ts';
import { savedModal, settingsModal } from '../../src/slack/blocks/settings.ts';
import { actionsIn, assertWithinLimits } from '../setup/blocks.ts';
import { nasty, read } from './overview-samples.ts';

describe('the modals', () => {
  const long = {
    name: '🛟'.repeat(80),
    description: '🙂'.repeat(500),
    joinLink: `https://join.slack.com/${'x'.repeat(450)}`,
  };
  const preview = { current: 'ABCDEFGHIJ', prefix: 'ABCDEFGHIJ', next: 'ABCDEFGHIJ-1000000' };

  it.each([
    ['create', createModal()],
    ['created', createdModal(nasty, { logo: true })],
    ['settings', settingsModal({ ...long, hasLogo: true })],
    ['settings of nothing', settingsModal({ name: 'H', description: null, joinLink: null, hasLogo: false })],
    ['saved', savedModal(['name', 'description', 'joinLink', 'logo'], { logo: true })],
    ['prefix', prefixModal('ABCDEFGHIJ', preview)],
    ['prefix refused', prefixModal('TKT', { sentence: refuse('prefix_form').message })],
    ['prefix saved', prefixSavedModal({ prefix: 'ABCDEFGHIJ', changed: true, next: 'ABCDEFGHIJ-1000000' })],
  ])('%s fits into Slack', (_, view) => {
    assertWithinLimits(view);
  });

  it('escape a name, and keep the words of a person out of private_metadata', () => {
    expect(read(createdModal('<!channel>', { logo: false }))).toContain('*&lt;!channel&gt;* is created');
    expect(settingsModal({ ...long, hasLogo: true }).private_metadata).not.toContain('🛟');
  });

  it('offer to remove a logo only where there is one', () => {
    const settings = { name: 'H', description: null, joinLink: null };
    expect(actionsIn(settingsModal({ ...settings, hasLogo: true }))).toContain('remove_logo');
    expect(actionsIn(settingsModal({ ...settings, hasLogo: false }))).not.toContain('remove_logo');
  });
});
