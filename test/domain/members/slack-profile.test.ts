import { describe, expect, it } from 'vitest';
import { readSlackUser } from '../../../src/domain/members/slack-profile.ts';

const nameOf = (user: object) => readSlackUser({ id: 'U1', ...user }, 'T1').name;

describe('the name of a Slack user', () => {
  it('is the first that there is: as displayed, the real one, the handle, the id', () => {
    const profile = { display_name: 'ada', real_name: 'Ada Lovelace' };
    expect(nameOf({ profile, name: 'alove' })).toBe('ada');
    expect(nameOf({ profile: { ...profile, display_name: '' }, name: 'alove' })).toBe('Ada Lovelace');
    expect(nameOf({ real_name: 'Ada L.', name: 'alove' })).toBe('Ada L.');
    expect(nameOf({ name: 'alove' })).toBe('alove');
    expect(nameOf({ profile: { display_name: ' \u0000 \u202e' } })).toBe('U1');
  });

  it('is one line that can be stored, and turns no text around', () => {
    const name = (display_name: string) => nameOf({ profile: { display_name } });
    expect(name('Ada\r\nBcc: all@harbour.example')).toBe('Ada Bcc: all@harbour.example');
    expect(name('A\u0000da \ud800 \u202egnp.exe')).toBe('A da gnp.exe');
    expect(name('👩‍🚒 Zoë')).toBe('👩‍🚒 Zoë');
    expect([...name('🛟'.repeat(3_001))]).toHaveLength(80);
  });
});
