import { randomUUID } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { Pool } from 'pg';
import { createLogger } from '../../../src/logger.ts';
import { startServer } from '../../../src/web/server.ts';

// The product's server with one route that does nothing but store what it was sent; says its port to whoever forked it.
const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const text = 'INSERT INTO intake (key, body, received_at) VALUES ($1, $2, $3)';
const pages = new Hono<{ Bindings: HttpBindings }>().post('/stripe/webhook', async (request) => {
  const body = new Uint8Array(await request.req.arrayBuffer());
  await pool.query({ name: 'store', text, values: [`stripe:${randomUUID()}`, body, new Date()] });
  return request.json({ received: true });
});
const { port } = await startServer({ port: 0, pages, log: createLogger('warn') });
process.send?.({ port });
