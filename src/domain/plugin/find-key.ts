import { Prisma } from '../../database/client.ts';
import { queryRows } from '../../database/statements.ts';
import type { Context } from '../context.ts';
import type { Website } from '../domains/website.ts';
import { hashOfKey, type KeyScope, PUBLISHABLE_PREFIX, SECRET_PREFIX } from './keys/key-format.ts';

/** A key that is good now, with the organization that it names. */
export interface PluginKey {
  keyId: string;
  organizationId: string;
  teamId: string;
  organizationName: string;
  /** Empty for a publishable key: what it opens, a session says. */
  scopes: KeyScope[];
  /** The websites that are authorized now. */
  websites: Website[];
}

/**
 * The publishable key of this text, in one round trip; null where there is none, where it was rotated and its time is over, and
 * where its organization can no longer be kept.
 */
export async function findPublishableKey(
  context: Pick<Context, 'database' | 'now'>,
  text: string,
): Promise<PluginKey | null> {
  if (!isKey(PUBLISHABLE_PREFIX, text)) return null;
  return (await find(context, Prisma.sql`key.publishable = ${text}`))[0] ?? null;
}

/** The secret key of this text, likewise; only its SHA-256 is looked for. */
export async function findSecretKey(
  context: Pick<Context, 'database' | 'now'>,
  text: string,
): Promise<PluginKey | null> {
  if (!isKey(SECRET_PREFIX, text)) return null;
  return (await find(context, Prisma.sql`key.secret_hash = ${Buffer.from(hashOfKey(text))}`))[0] ?? null;
}

/** Those of the keys that are good now, by their ids; in one round trip, however many there are. */
export async function findKeys(
  context: Pick<Context, 'database' | 'now'>,
  keyIds: readonly string[],
): Promise<Map<string, PluginKey>> {
  const keys = await find(context, Prisma.sql`key.id = ANY(${[...keyIds]}::uuid[])`);
  return new Map(keys.map((key) => [key.keyId, key]));
}

/** 32 bytes in base64url behind their kind. */
function isKey(prefix: string, text: string): boolean {
  return text.startsWith(prefix) && /^[A-Za-z0-9_-]{43}$/.test(text.slice(prefix.length));
}

interface Row {
  id: string;
  organization_id: string;
  team_id: string;
  name: string;
  scopes: KeyScope[];
  websites: Website[] | null;
}

async function find(
  { database, now }: Pick<Context, 'database' | 'now'>,
  named: Prisma.Sql,
): Promise<PluginKey[]> {
  const rows = await queryRows<Row>(
    database,
    Prisma.sql`
      SELECT key.id, key.organization_id, organization.team_id, organization.name, to_json(key.scopes) AS scopes,
        (SELECT json_agg(json_build_object('host', host, 'includeSubdomains', include_subdomains))
          FROM authorized_domains WHERE organization_id = organization.id) AS websites
      FROM api_keys AS key
      JOIN organizations AS organization ON organization.id = key.organization_id
      LEFT JOIN organization_deletions AS deletion ON deletion.organization_id = organization.id
        AND deletion.status = 'deleting'
      WHERE ${named} AND (key.ends_at IS NULL OR key.ends_at > ${now()}::timestamptz) AND deletion.id IS NULL`,
  );
  return rows.map((row) => ({
    keyId: row.id,
    organizationId: row.organization_id,
    teamId: row.team_id,
    organizationName: row.name,
    scopes: row.scopes,
    websites: row.websites ?? [],
  }));
}
