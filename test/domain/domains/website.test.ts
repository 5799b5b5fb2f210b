import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayHost, matchesWebsite, normalizeWebsite } from '../../../src/domain/domains/website.ts';
import { Refusal, type RefusalCode } from '../../../src/domain/errors.ts';

function refusalOf(input: string): RefusalCode | null {
  try {
    normalizeWebsite(input);
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return null;
}

describe('normalizeWebsite', () => {
  it.each([
    ['example.com', 'example.com'],
    ['  Example.COM  ', 'example.com'],
    ['https://example.com', 'example.com'],
    ['http://example.com/contact?x=1#top', 'example.com'],
    ['https://www.example.com/', 'example.com'],
    ['www.example.co.uk', 'example.co.uk'],
    ['www.com', 'www.com'],
    ['www.co.uk', 'www.co.uk'],
    ['shop.example.com', 'shop.example.com'],
    ['example.com.', 'example.com'],
    ['https://example.com:443/', 'example.com'],
    ['bücher.de', 'xn--bcher-kva.de'],
    ['BÜCHER.de', 'xn--bcher-kva.de'],
    ['例え.jp', 'xn--r8jz45g.jp'],
    ['example。com', 'example.com'],
    ['foo.github.io', 'foo.github.io'],
  ])('reads %s as %s', (input, host) => {
    expect(normalizeWebsite(input)).toBe(host);
  });

  it.each<[string, RefusalCode]>([
    ['', 'domain_form'],
    ['example', 'domain_form'],
    ['localhost', 'domain_form'],
    ['exa mple.com', 'domain_form'],
    ['example.com\n.evil.net', 'domain_form'],
    ['example\u0000.com', 'domain_form'],
    ['example.com\\.evil.net', 'domain_form'],
    ['-example.com', 'domain_form'],
    ['exam_ple.com', 'domain_form'],
    ['example..com', 'domain_form'],
    [`${'a'.repeat(64)}.com`, 'domain_form'],
    [`${'a.'.repeat(130)}com`, 'domain_form'],
    ['example.invalidtld', 'domain_form'],
    ['javascript:alert(1)', 'domain_form'],
    ['javascript://example.com/%0aalert(1)', 'domain_form'],
    ['file:///etc/passwd', 'domain_form'],
    ['ftp://example.com', 'domain_form'],
    ['*.example.com', 'domain_wildcard'],
    ['https://*.example.com', 'domain_wildcard'],
    ['127.0.0.1', 'domain_address'],
    ['http://2130706433/', 'domain_address'],
    ['0x7f.1', 'domain_address'],
    ['999.1.1.1', 'domain_address'],
    ['[::1]', 'domain_address'],
    ['https://[2001:db8::1]:8443', 'domain_port'],
    ['user@example.com', 'domain_userinfo'],
    ['https://user:secret@example.com', 'domain_userinfo'],
    ['https://@example.com', 'domain_userinfo'],
    ['example.com:8080', 'domain_port'],
    ['http://example.com:99999', 'domain_port'],
    ['com', 'domain_public_suffix'],
    ['co.uk', 'domain_public_suffix'],
    ['github.io', 'domain_public_suffix'],
  ])('refuses %j with %s', (input, code) => {
    expect(refusalOf(input)).toBe(code);
  });

  it('takes localhost where a developer asked for it', () => {
    expect(normalizeWebsite('http://localhost', { allowLocalhost: true })).toBe('localhost');
  });

  it('gives a host that it gives again, whatever was typed', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl(), fc.domain(), fc.string()), (input) => {
        let host: string;
        try {
          host = normalizeWebsite(input);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
          return;
        }
        expect(host).toMatch(/^[a-z0-9.-]+$/);
        expect(normalizeWebsite(host)).toBe(host);
        expect(matchesWebsite(`https://${host}`, [{ host, includeSubdomains: false }])).toBe(true);
      }),
    );
  });
});

describe('matchesWebsite', () => {
  const exact = [{ host: 'example.com', includeSubdomains: false }];
  const below = [{ host: 'example.com', includeSubdomains: true }];

  it.each([
    ['https://example.com', true, true],
    ['https://www.example.com', true, true],
    ['https://shop.example.com', false, true],
    ['https://a.b.example.com', false, true],
    [undefined, false, false],
    ['', false, false],
    ['null', false, false],
    ['http://example.com', false, false],
    ['https://example.com:8443', false, false],
    ['https://example.com:443', false, false],
    ['https://example.com.', false, false],
    ['https://EXAMPLE.com', false, false],
    ['HTTPS://example.com', false, false],
    ['https://example.com/', false, false],
    ['https://example.com/path', false, false],
    ['https://evil-example.com', false, false],
    ['https://example.com.evil.net', false, false],
    ['https://example.co', false, false],
    ['https://wwwexample.com', false, false],
    ['https://user@example.com', false, false],
    ['https://example.com@evil.net', false, false],
    ['https://xn--exmple-cua.com', false, false],
    ['https://exаmple.com', false, false],
    ['https://com', false, false],
    ['file://example.com', false, false],
    ['chrome-extension://example.com', false, false],
    ['https://example.com, https://evil.net', false, false],
    ['https://example.com\u0000', false, false],
    ['http://localhost', false, false],
  ])('%j: listed alone %s, with subdomains %s', (origin, alone, withSubdomains) => {
    expect(matchesWebsite(origin, exact)).toBe(alone);
    expect(matchesWebsite(origin, below)).toBe(withSubdomains);
  });

  it('takes localhost on any port only where it is listed and a developer asked for it', () => {
    const list = [{ host: 'localhost', includeSubdomains: false }];
    expect(matchesWebsite('http://localhost:5173', list, { allowLocalhost: true })).toBe(true);
    expect(matchesWebsite('http://localhost:5173', exact, { allowLocalhost: true })).toBe(false);
    expect(matchesWebsite('http://localhost:5173', list)).toBe(false);
  });
});

describe('displayHost', () => {
  it('shows the ASCII beside a name in another script, so that a look-alike stands out', () => {
    expect(displayHost('xn--exmple-cua.com')).toBe('exämple.com (xn--exmple-cua.com)');
    expect(displayHost('example.com')).toBe('example.com');
  });
});
