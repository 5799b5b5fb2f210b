/** Who sits at the browser. */
export interface Person {
  teamId: string;
  userId: string;
  email: string;
  /** True unless told. */
  emailVerified?: boolean;
  name?: string;
  teamName?: string;
}

/** How the next sign-in goes wrong. */
export type Fault = 'wrong-nonce' | 'expired-token' | 'wrong-audience' | 'wrong-issuer' | 'access-denied';

export interface Grant {
  person: Person;
  redirectUri: string;
  used: boolean;
}

/** Who was asked, and what the codes that came of it are worth. */
export class Grants {
  readonly #byCode = new Map<string, Grant>();
  #person: Person | undefined;
  #faults: Fault[] = [];

  signInAs(person: Person | undefined): void {
    this.#person = person;
  }

  next(fault: Fault): void {
    this.#faults.push(fault);
  }

  takeFault(fault: Fault): boolean {
    const waits = this.#faults.includes(fault);
    this.#faults = this.#faults.filter((one) => one !== fault);
    return waits;
  }

  /** What Slack says when nobody is signed in. */
  nobody(): string | undefined {
    return this.#person ? undefined : 'Sign in to your workspace';
  }

  begin(code: string, redirectUri: string): void {
    if (this.#person) this.#byCode.set(code, { person: this.#person, redirectUri, used: false });
  }

  find(code: string): Grant | undefined {
    return this.#byCode.get(code);
  }

  byAccessToken(authorization: string): Grant | undefined {
    const [, payload = ''] = authorization.replace(/^Bearer /i, '').split('.');
    const decoded = Buffer.from(payload, 'base64url').toString();
    const code = /"jti":"([^"]+)"/.exec(decoded)?.[1];
    return code === undefined ? undefined : this.#byCode.get(code);
  }

  /** The claims of Sign in with Slack (https://docs.slack.dev/authentication/sign-in-with-slack). */
  claims({ person }: Grant): Record<string, unknown> {
    const verified = person.emailVerified ?? true;
    return {
      sub: person.userId,
      'https://slack.com/user_id': person.userId,
      'https://slack.com/team_id': person.teamId,
      'https://slack.com/team_name': person.teamName ?? '',
      email: person.email,
      email_verified: verified,
      ...(verified ? { date_email_verified: 1_700_000_000 } : {}),
      name: person.name ?? person.email.split('@')[0],
      locale: 'en-GB',
    };
  }

  /** What the waiting faults make of an ID token. */
  distortion(payload: Record<string, unknown>): Record<string, unknown> {
    const hourAgo = Number(payload.iat) - 3_600;
    return {
      ...(this.takeFault('wrong-nonce') ? { nonce: 'another nonce' } : {}),
      ...(this.takeFault('expired-token') ? { iat: hourAgo - 60, nbf: hourAgo - 60, exp: hourAgo } : {}),
      ...(this.takeFault('wrong-audience') ? { aud: 'another client' } : {}),
      ...(this.takeFault('wrong-issuer') ? { iss: 'https://evil.example' } : {}),
    };
  }
}
